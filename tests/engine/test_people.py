from collections.abc import Iterator, Sequence

import pytest

from bot.backends.slack import Group, SlackPort
from bot.engine.people import People
from bot.errors import SlackAway, SlackError, SlackRefused
from bot.sandbox.slack.server import Server
from tests.workspace import HandClock, calls, port_to, workspace


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with workspace() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    yield running
    running.faults.clear()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def port(server: Server) -> SlackPort:
    return port_to(server)


def asked(server: Server) -> int:
    return len(calls(server, "usergroups.list"))


@pytest.mark.parametrize(
    ("who", "allowed", "may"),
    [
        ("ana", ["@engineering"], True),
        ("ana", ["@oncall"], False),
        ("cid", ["@leads", "@oncall"], True),
        ("lea", ["@leads"], True),
        ("ben", ["@leads", "U0000000BEN"], True),
        ("ben", ["U0000000ANA"], False),
        ("ben", [], False),
    ],
)
def test_who_may(server: Server, port: SlackPort, clock: HandClock, who: str, allowed: list[str], may: bool) -> None:
    assert People(port, clock).may(server.users[who], allowed) is may


def test_a_group_may_be_given_by_its_id(server: Server, port: SlackPort, clock: HandClock) -> None:
    people = People(port, clock)
    assert people.may(server.users["lea"], [people.handles()["leads"]])
    assert not people.may(server.users["ana"], [people.handles()["leads"]])


def test_a_person_named_by_id_needs_no_slack(server: Server, port: SlackPort, clock: HandClock) -> None:
    server.faults.add("*", kind="away")
    before = asked(server)
    assert People(port, clock).may("U0000000ANA", ["@engineering", "U0000000ANA"])
    assert not People(port, clock).may("U0000000BEN", ["U0000000ANA"])
    assert asked(server) == before


def test_groups_are_read_once_a_minute(server: Server, port: SlackPort, clock: HandClock) -> None:
    people, before = People(port, clock), asked(server)
    for _ in range(10):
        people.may(server.users["ana"], ["@leads", "@oncall", "@engineering"])
    assert asked(server) == before + 1
    clock.forward(59)
    people.may(server.users["ana"], ["@leads"])
    assert asked(server) == before + 1
    clock.forward(1)
    people.may(server.users["ana"], ["@leads"])
    assert asked(server) == before + 2


def test_a_change_in_slack_counts_at_once_when_slack_tells(server: Server, port: SlackPort, clock: HandClock) -> None:
    people, ana = People(port, clock), server.users["ana"]
    group = next(group for group in server.hub.workspace.groups.values() if group.handle == "leads")
    assert not people.may(ana, ["@leads"])
    group.members.append(ana)
    assert not people.may(ana, ["@leads"])
    people.forget()
    assert people.may(ana, ["@leads"])
    group.members.remove(ana)


def test_a_clock_set_back_does_not_keep_old_members_for_ever(server: Server, port: SlackPort, clock: HandClock) -> None:
    people, before = People(port, clock), asked(server)
    people.may(server.users["ana"], ["@leads"])
    clock.forward(-3600)
    people.may(server.users["ana"], ["@leads"])
    assert asked(server) == before + 2


def test_a_group_that_slack_does_not_have_is_said_unless_another_lets_them_in(
    server: Server, port: SlackPort, clock: HandClock
) -> None:
    people = People(port, clock)
    assert people.may(server.users["ana"], ["@enginering", "@engineering"])
    with pytest.raises(SlackRefused, match="no user group @enginering"):
        people.may(server.users["ana"], ["@enginering", "@leads"])


@pytest.mark.parametrize("kind", ["away", "server_error", "rate_limited"])
def test_what_cannot_be_read_is_never_guessed(server: Server, port: SlackPort, clock: HandClock, kind: str) -> None:
    people = People(port, clock)
    assert people.may(server.users["ana"], ["@engineering"])
    server.faults.add("*", kind=kind)
    clock.forward(61)
    with pytest.raises(SlackError):
        people.may(server.users["ana"], ["@engineering"])
    server.faults.clear()
    assert people.may(server.users["ana"], ["@engineering"])


class Failing:
    def __init__(self, error: SlackError) -> None:
        self._error = error

    def groups(self) -> Sequence[Group]:
        raise self._error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SlackRefused("plan_upgrade_required"), "write user ids"),
        (SlackRefused("missing_scope", "needed usergroups:read"), "usergroups:read"),
        (SlackRefused("invalid_auth"), "invalid_auth"),
        (SlackAway("Slack cannot be reached"), "cannot be reached"),
    ],
)
def test_why_groups_cannot_be_read_is_said_in_words(clock: HandClock, error: SlackError, said: str) -> None:
    with pytest.raises(type(error), match=said):
        People(Failing(error), clock).may("U1", ["@leads"])
