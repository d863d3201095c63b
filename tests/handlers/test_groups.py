"""Slack's word of a changed group, through Bolt itself."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.backends.slack import Group
from bot.engine.people import People
from bot.manifest import EVENTS, GROUP_EVENTS
from handlers.groups import listen
from tests.engine.watching import HandClock
from tests.waiting import eventually


class Groups:
    """What Slack knows now."""

    def __init__(self) -> None:
        self.members = frozenset({"U0ANA"})

    def groups(self) -> list[Group]:
        return [Group("S0LEADS", "leads", self.members)]


@pytest.mark.parametrize("event", GROUP_EVENTS)
def test_who_leaves_a_group_may_no_longer_from_the_moment_that_slack_tells(event: str) -> None:
    groups = Groups()
    people = People(groups, HandClock())
    app = App(
        token_verification_enabled=False,
        request_verification_enabled=False,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-1"),
        listener_executor=ThreadPoolExecutor(1),
    )
    listen(app, people.forget)
    assert people.may("U0ANA", ["@leads"])
    groups.members = frozenset()
    assert people.may("U0ANA", ["@leads"]), "remembered for a minute"
    body = json.dumps({"type": "event_callback", "event": {"type": event, "subteam_id": "S0LEADS"}})
    answer = app.dispatch(BoltRequest(body=body, headers={"content-type": ["application/json"]}))
    assert answer.status == 200
    eventually(lambda: not people.may("U0ANA", ["@leads"]))


def test_the_manifest_asks_slack_to_tell() -> None:
    assert set(GROUP_EVENTS) < set(EVENTS)
