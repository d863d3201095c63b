import pytest

from bot.messages.commands import prefixed, prefixed_view
from bot.messages.help import deploy_help, status_help
from bot.model import Content
from tests.building import fleet_of, said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`/deploy help`", "`/pm-deploy help`"),
        ("/status", "/pm-status"),
        ("first /deploy, then /status shop", "first /pm-deploy, then /pm-status shop"),
        ("(/deploy)", "(/pm-deploy)"),
        ("/deploys", "/deploys"),  # another word
        ("https://example.com/deploy", "https://example.com/deploy"),
        ("/srv/status", "/srv/status"),
        ("./deploy", "./deploy"),
        ("s3:/deploy", "s3:/deploy"),
        ("nothing", "nothing"),
    ],
)
def test_commands_are_called_as_in_this_workspace_and_paths_stay(text: str, shown: str) -> None:
    assert prefixed(Content(text), "pm-").text == shown


def test_without_a_prefix_nothing_changes() -> None:
    content = Content("/deploy", ({"type": "section", "text": {"type": "mrkdwn", "text": "/deploy"}},))
    assert prefixed(content, "") is content
    view = {"type": "home", "blocks": list(content.blocks)}
    assert prefixed_view(view, "") is view


def test_texts_change_and_ids_and_values_do_not() -> None:
    button = {
        "type": "button",
        "action_id": "/deploy",
        "value": "/deploy",
        "text": {"type": "plain_text", "text": "/deploy"},
    }
    card = {"type": "plan", "title": "t", "tasks": [{"details": {"elements": [{"type": "text", "text": "/status"}]}}]}
    found = prefixed(Content("x", ({"type": "actions", "elements": [button]}, card)), "pm-")
    (shown,) = found.blocks[0]["elements"]
    assert (shown["action_id"], shown["value"], shown["text"]["text"]) == ("/deploy", "/deploy", "/pm-deploy")
    assert found.blocks[1]["tasks"][0]["details"]["elements"][0]["text"] == "/pm-status"


def test_a_view_changes_its_blocks_and_keeps_the_rest() -> None:
    view = {"type": "home", "callback_id": "/deploy", "blocks": [{"type": "section", "text": {"text": "/status"}}]}
    assert prefixed_view(view, "pm-") == {
        "type": "home",
        "callback_id": "/deploy",
        "blocks": [{"type": "section", "text": {"text": "/pm-status"}}],
    }
    assert view["blocks"] == [{"type": "section", "text": {"text": "/status"}}]


def test_no_example_of_help_is_left_without_the_prefix() -> None:
    for message in (deploy_help(fleet_of(), ("production",)), status_help(fleet_of())):
        told = said(prefixed(message, "pm-").blocks)
        assert "/pm-" in told
        assert "/deploy" not in told.replace("/pm-deploy", "")
        assert "/status" not in told.replace("/pm-status", "")
