"""What people type into commands and forms comes to the handlers without known secrets; names come as they are."""

from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest

from bot.sandbox.slack.server import Server
from bot.secrecy import Secrets
from handlers.typed import forget
from tests.sandbox.slack.apps import bolt_app
from tests.workspace import workspace

TOKEN = "s3cr3t-of-the-shop"


class Heard:
    """An app that takes note of what its handlers are given."""

    def __init__(self, server: Server) -> None:
        self.texts: list[Any] = []
        self.app: App = bolt_app(server)
        forget(self.app, Secrets([TOKEN]).hidden)
        self.app.command("/deploy")(self.command)
        self.app.view("reason")(self.view)

    def command(self, ack: Ack, body: dict[str, Any], command: dict[str, Any]) -> None:
        ack()
        self.texts += [body["text"], command["text"]]

    def view(self, ack: Ack, view: dict[str, Any]) -> None:
        ack()
        self.texts.append(view["state"]["values"])

    def tell(self, **body: Any) -> list[Any]:
        request = BoltRequest(body={"team_id": "T1", "api_app_id": "A1", "user_id": "U1", **body}, mode="socket_mode")
        assert self.app.dispatch(request).status == 200
        return self.texts


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        (f'lock shop "no {TOKEN}" for 2h', 'lock shop "no ***" for 2h'),
        (f"lock shop “no {TOKEN}”", "lock shop “no ***”"),
        (f'shop@{TOKEN} to production --force "{TOKEN}"', f'shop@{TOKEN} to production --force "***"'),
        (f"{TOKEN} to production", f"{TOKEN} to production"),  # a service of that name is still found
        ("shop to production", "shop to production"),
        ("", ""),
    ],
)
def test_the_free_words_of_a_command(typed: str, heard: str) -> None:
    with workspace() as server:
        assert Heard(server).tell(command="/deploy", text=typed) == [heard, heard]


def test_what_is_written_into_a_form() -> None:
    values = {
        "reason": {"reason": {"type": "plain_text_input", "value": f"no {TOKEN}"}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
        "service": {"service": {"type": "static_select", "value": TOKEN}},
    }
    told = {**values, "reason": {"reason": {"type": "plain_text_input", "value": "no ***"}}}
    view = {"callback_id": "reason", "type": "modal", "state": {"values": values}}
    with workspace() as server:
        assert Heard(server).tell(type="view_submission", view=view, user={"id": "U1"}) == [told]
