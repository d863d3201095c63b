"""A small Slack app for the page to talk to: a command, buttons, a form, a home tab. It notes what reached it."""

import threading
from typing import Any

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import bolt_app
from tests.sandbox.slack.pieces import Json, actions, field, mrkdwn, options, plain, section, text_field

SCOPES = ["commands", "chat:write", "channels:read", "channels:history", "im:write", "reactions:write"]
COMMANDS = [
    {"command": "/deploy", "description": "Bring a release out", "usage_hint": "SERVICE to ENV", "should_escape": True},
    {"command": "/describe", "description": "Say what a service is", "usage_hint": "SERVICE", "should_escape": True},
    {"command": "/form", "description": "Open a form", "should_escape": True},
]
MANIFEST: Json = {
    "display_information": {"name": "Pilot"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "Pilot"},
        "slash_commands": COMMANDS,
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
CONFIRM: Json = {
    "title": plain("Abort deploy 41?"),
    "text": mrkdwn("*web1* goes back to 1.4.1."),
    "confirm": plain("Abort deploy 41"),
    "deny": plain("Keep going"),
    "style": "danger",
}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "41", **more}


def deploy_blocks(state: str) -> list[Json]:
    """One deploy: a line, and buttons while it runs."""
    line = section(f"*Deploy 41* · shop 1.4.2 → production · {state}", block_id="line")
    if state != "running":
        return [line]
    danger = button("Abort", "abort", style="danger", confirm=CONFIRM)
    return [line, actions(button("Promote", "promote", style="primary"), danger, block_id="buttons")]


def pick(kind: str, action_id: str, **more: Any) -> Json:
    return {"type": kind, "action_id": action_id, "placeholder": plain("Choose"), **more}


def form() -> Json:
    """A modal with one element of each family."""
    blocks = [
        text_field("reason", hint=plain("Say why, in a few words")),
        field("env", pick("static_select", "env", options=options("staging", "production"))),
        field("owner", pick("users_select", "owner"), optional=True),
        field("services", pick("multi_static_select", "services", options=options("shop", "api", "worker"))),
        field("release", pick("external_select", "release", min_query_length=1), optional=True),
        field("when", {"type": "datepicker", "action_id": "when", "initial_date": "2026-11-23"}),
        field("how", {"type": "radio_buttons", "action_id": "how", "options": options("rolling", "canary")}),
        field("also", {"type": "checkboxes", "action_id": "also", "options": options("notify", "wait")}, optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Plan a deploy"),
        "submit": plain("Plan it"),
        "close": plain("Not now"),
        "blocks": [*blocks, actions(button("More", "more"), block_id="further")],
    }


class Pilot:
    """`bolt` is the app; `seen` holds (kind, payload) of what it was sent, oldest first.

    A button "hold" is acknowledged once `gate` is set.
    """

    def __init__(self, server: Server) -> None:
        self.bolt, self.seen = bolt_app(server), list[tuple[str, Json]]()
        self.client, self.gate = self.bolt.client, threading.Event()
        self._commands()
        self._buttons()
        self._forms()

    def of(self, kind: str) -> list[Json]:
        return [payload for name, payload in self.seen if name == kind]

    def _commands(self) -> None:
        @self.bolt.command("/deploy")
        def deploy(ack: Any, command: Json) -> None:
            ack()
            self.seen.append(("command", command))
            self.client.chat_postMessage(
                channel=command["channel_id"], text="Deploy 41", blocks=deploy_blocks("running")
            )

        @self.bolt.command("/describe")
        def describe(ack: Any, command: Json) -> None:
            ack(f"*{command['text']}* is a small web shop")

        @self.bolt.command("/form")
        def open_form(ack: Any, command: Json) -> None:
            ack()
            self.client.views_open(trigger_id=command["trigger_id"], view=form())

    def _buttons(self) -> None:
        @self.bolt.action("promote")
        def promote(ack: Any, body: Json) -> None:
            ack()
            self._settle("promote", "promoted", body)

        @self.bolt.action("abort")
        def abort(ack: Any, body: Json) -> None:
            ack()
            self._settle("abort", "aborted", body)

        @self.bolt.action("hold")
        def hold(ack: Any) -> None:
            self.gate.wait(2.5)
            ack()

        @self.bolt.action("more")
        def more(ack: Any, body: Json) -> None:
            ack()
            view = {
                "type": "modal",
                "title": plain("Further"),
                "blocks": [section("A second view"), actions(button("More", "more"))],
            }
            self.client.views_push(trigger_id=body["trigger_id"], view=view)

    def _settle(self, kind: str, state: str, body: Json) -> None:
        self.seen.append((kind, body))
        place = body["container"]
        self.client.chat_update(
            channel=place["channel_id"],
            ts=place["message_ts"],
            text="Deploy 41",
            blocks=deploy_blocks(f"{state} by {body['user']['name']}"),
        )

    def _forms(self) -> None:
        @self.bolt.view("form")
        def submitted(ack: Any, view: Json) -> None:
            values = view["state"]["values"]
            self.seen.append(("submit", values))
            if len(values["reason"]["text"]["value"]) < 5:
                ack(response_action="errors", errors={"reason": "Too short: say what the deploy is for"})
            else:
                ack()

        @self.bolt.options("release")
        def releases(ack: Any, payload: Json) -> None:
            ack(options=options(*(f"{payload['value']}.{n}" for n in range(3))))

        @self.bolt.event("app_home_opened")
        def home(event: Json) -> None:
            view = {
                "type": "home",
                "blocks": [section(f"Nothing waits for <@{event['user']}>"), actions(button("Promote", "promote"))],
            }
            self.client.views_publish(user_id=event["user"], view=view)
