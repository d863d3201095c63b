"""What people do in the workspace: type a command, write, press, fill in, open the home tab."""

import re
from typing import Any

from bot.sandbox.slack import form, payloads
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.entities import Json, Message, View
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.limits.elements import SUGGESTED
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.refused import Refused

TROUBLE = "We had some trouble connecting. Try again?"
MENTION = re.compile(r"(?<![\w<])([@#])([\w.-]+)")


class People:
    """Every act sends what Slack would send, waits for the ack and carries out what the ack asks for."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._modals = Modals(hub)

    async def command(self, user: str, channel: str, command: str, text: str) -> Delivery:
        """`/deploy shop` in a channel. What the ack carries is shown as an ephemeral message, or in the channel."""
        hub = self._hub
        known = hub.app.commands.get(command)
        if hub.app.scopes is not None and known is None:
            hub.notice(f"{command} is not a valid command.", user)
            return Delivery("slash_commands", {}, error="unknown_command")
        if known and known.should_escape:
            text = self._escaped(text)
        payload = payloads.slash_command(hub, user, channel, command, text)
        delivery = await hub.dispatcher.deliver("slash_commands", payload, response=True)
        if delivery.error:
            hub.notice(f"{command} failed with the error “{delivery.error}”", user)
            return delivery
        try:
            hub.hooks.acknowledged(user, channel, delivery.response)
        except Refused as refused:
            hub.notice(f"{command} answered with something Slack does not take: {refused.error}", user)
        return delivery

    def _escaped(self, text: str) -> str:
        """Mentions of people, channels and groups as `<@U…|name>`, `<#C…|name>`, `<!subteam^S…|@handle>`."""
        workspace = self._hub.workspace
        names = {f"@{person.name}": f"<@{person.id}|{person.name}>" for person in workspace.people.values()}
        names |= {f"#{place.name}": f"<#{place.id}|{place.name}>" for place in workspace.channels.values()}
        names |= {f"@{group.handle}": f"<!subteam^{group.id}|@{group.handle}>" for group in workspace.groups.values()}
        return MENTION.sub(lambda found: names.get(found[0], found[0]), text)

    def post(self, user: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """A person writes. The app hears of it if it subscribed to messages here, or is mentioned."""
        hub, workspace = self._hub, self._hub.workspace
        message = workspace.add(Message(channel, workspace.times.next(), user, text), thread_ts)
        place = workspace.channels[channel]
        kind = {"public": "channels", "private": "groups", "im": "im"}[place.kind]
        said: Json = {"user": user, "text": text, "ts": message.ts, "channel": channel, "event_ts": message.ts}
        said |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
        if hub.app.subscribed(f"message.{kind}") and hub.app.bot_user in place.members:
            channel_type = {"public": "channel", "private": "group", "im": "im"}[place.kind]
            self._event({"type": "message", "channel_type": channel_type, **said})
        if hub.app.subscribed("app_mention") and f"<@{hub.app.bot_user}>" in text:
            self._event({"type": "app_mention", **said})
        return message

    def open_home(self, user: str) -> None:
        """The person looks at the app's home tab."""
        workspace = self._hub.workspace
        if not self._hub.app.subscribed("app_home_opened"):
            return
        body: Json = {"type": "app_home_opened", "user": user, "channel": workspace.direct(user).id, "tab": "home"}
        if home := workspace.homes.get(user):
            body["view"] = workspace.view_shown(home)
        self._event({**body, "event_ts": workspace.times.next()})

    def _event(self, body: Json) -> None:
        self._hub.dispatcher.event(payloads.event(self._hub, body))

    def place(self, container: Json) -> Message | View:
        """The message or view that a container (`{type, channel, ts}` or `{type, view_id}`) names."""
        workspace = self._hub.workspace
        if container.get("type") == "view":
            homes = {view.id: view for view in workspace.homes.values()}
            return homes.get(str(container.get("view_id"))) or self._modals.find(str(container.get("view_id")))
        message = workspace.messages.get(str(container.get("channel")), {}).get(str(container.get("ts")))
        if message is None:
            raise Refused("message_not_found")
        return message

    async def act(self, user: str, where: Message | View, acted: Json, values: Json) -> Delivery:
        """A button is pressed or an element changed. `acted` is one entry of `actions`."""
        hub = self._hub
        build = payloads.view_action if isinstance(where, View) else payloads.message_action
        payload = build(hub, user, where, acted, values)  # type: ignore[arg-type]
        delivery = await hub.dispatcher.deliver("interactive", payload)
        if delivery.error:
            hub.notice(f"That did not reach the app ({delivery.error}). {TROUBLE}", user)
        return delivery

    async def suggest(self, user: str, where: Message | View, action_id: str, block_id: str, value: str) -> Delivery:
        """Options for what was typed into an external select; the ack carries them."""
        payload = payloads.suggestion(self._hub, user, where, action_id, block_id, value)
        delivery = await self._hub.dispatcher.deliver("interactive", payload, response=True)
        if delivery.ok and (problems := list(SUGGESTED(delivery.response, ""))):
            delivery.error = "invalid_options"
            self._hub.notice(f"The app sent options that Slack does not take: {problems[0]}", user)
        return delivery

    async def submit(self, user: str, view_id: str, given: Json) -> Delivery:
        """Send a form. Slack's own check comes first; then the ack says what happens to the view."""
        hub, view = self._hub, self._modals.find(view_id)
        values = form.state(view.body["blocks"], given)
        if errors := form.complaints(view.body["blocks"], values):
            return Delivery("interactive", {}, errors=errors)
        payload = payloads.view_submission(hub, user, view, values)
        delivery = await hub.dispatcher.deliver("interactive", payload, response=True)
        if delivery.error:
            hub.notice(TROUBLE, user)
            return delivery
        try:
            self._respond(view, delivery)
        except Refused as refused:
            delivery.error = refused.error
            hub.notice(f"The app answered with something that Slack does not take: {refused.error}", user)
        return delivery

    def _respond(self, view: View, delivery: Delivery) -> None:
        """Carry out `response_action`; without one the view closes."""
        action: Any = delivery.response.get("response_action")
        if action == "errors":
            delivery.errors = _field_errors(view, delivery.response.get("errors"))
        elif action == "update":
            self._modals.update(view, self._modals.checked(delivery.response.get("view"), "modal"))
        elif action == "push":
            self._modals.push(view.user, self._modals.checked(delivery.response.get("view"), "modal"))
        elif action == "clear":
            self._modals.clear(view.user)
        elif view in self._modals.stack(view.user):
            self._modals.close(view)

    async def close(self, user: str, view_id: str) -> Delivery | None:
        """Close a modal without sending it; the app hears of it if the view asked for that."""
        view = self._modals.find(view_id)
        cleared = bool(view.body.get("clear_on_close"))
        gone = list(self._modals.stack(user)) if cleared else [view]
        if cleared:
            self._modals.clear(user)
        else:
            self._modals.close(view)
        told = [one for one in gone if one.body.get("notify_on_close")]
        delivery = None
        for one in reversed(told):
            payload = payloads.view_closed(self._hub, user, one, cleared=cleared)
            delivery = await self._hub.dispatcher.deliver("interactive", payload)
        return delivery


def _field_errors(view: View, errors: Any) -> dict[str, str]:
    """What the app says is wrong, by the block_id of an input; Slack shows nothing of an answer that names others."""
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise Refused("invalid_response_errors")
    return {block_id: str(text) for block_id, text in errors.items()}
