from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import HostState
from bot.plan.batches import batches
from bot.plan.strategy import down_first, failures, left_out, next_wave
from bot.records import HostLine
from bot.tolerance import NoRoom, Size, Tolerance, Unreachable

SIGNS = {
    ".": HostState.WAITING,
    "r": HostState.READY,
    "=": HostState.UNCHANGED,
    "~": HostState.CHANGING,
    "n": HostState.NEW,
    "+": HostState.HEALTHY,
    "-": HostState.UNHEALTHY,
    "<": HostState.RESTORED,
    "?": HostState.UNKNOWN,
    "o": HostState.SKIPPED,
    " ": HostState.LEFT,
}
ONE = Tolerance(max_failures=4, max_unavailable=1, unreachable=Unreachable.SKIPPED)


def lines(signs: str, down: str = "") -> list[HostLine]:
    """One host for each sign, all in one batch; `down` are the numbers of those that were down before."""
    return [
        HostLine(f"web{number}", 0, SIGNS[sign], was_down=str(number) in down) for number, sign in enumerate(signs, 1)
    ]


def named(numbers: str) -> tuple[str, ...]:
    return tuple(f"web{number}" for number in numbers)


@pytest.mark.parametrize(
    ("signs", "allowed", "unreachable", "failed", "stops"),
    [
        ("....", 0, "failed", "", False),
        ("+...", 0, "failed", "", False),
        ("+-..", 0, "failed", "2", True),
        ("+=..", 0, "failed", "2", True),  # a step failed before the switch
        ("+<..", 0, "failed", "2", True),  # it runs the old release again: the new one failed there
        ("+-+.", 1, "failed", "2", False),
        ("+--.", 1, "failed", "23", True),
        ("+?..", 0, "failed", "2", True),
        ("+?..", 0, "skipped", "", False),
        ("+o..", 0, "failed", "2", True),
        ("+o..", 0, "skipped", "", False),
        ("+?-.", 0, "skipped", "3", True),
        ("+-..", "25%", "failed", "2", False),
        ("+-..", "24%", "failed", "2", True),  # a share is rounded down
        ("+---", "100%", "failed", "234", False),
        ("+ ..", 0, "failed", "", False),  # who left the fleet file has not failed
        ("+-  ", "50%", "failed", "2", False),  # and is not counted among all
    ],
)
def test_so_many_hosts_may_fail(signs: str, allowed: Size, unreachable: str, failed: str, stops: bool) -> None:
    found = failures(lines(signs), Tolerance(allowed, unreachable=Unreachable(unreachable)))
    assert (found.hosts, found.too_many, found.unproven) == (named(failed), stops, False)
    assert found.total == len(signs.replace(" ", ""))


@pytest.mark.parametrize(("signs", "unproven"), [("-...", True), ("=-..", True), ("+-..", False), ("....", False)])
def test_a_canary_that_fails_alone_is_borne_by_no_tolerance(signs: str, unproven: bool) -> None:
    found = failures(lines(signs), Tolerance("100%"))
    assert (found.too_many, found.unproven) == (False, unproven)


@pytest.mark.parametrize(
    ("signs", "lost", "unproven"),
    [
        ("?...", "1", True),
        ("??..", "12", True),
        ("?o..", "1", True),
        ("+?..", "2", False),
        ("o...", "", False),  # never touched: it says nothing of the release
        ("....", "", False),
    ],
)
def test_a_canary_of_which_nothing_is_known_is_borne_no_more_where_lost_hosts_are_skipped(
    signs: str, lost: str, unproven: bool
) -> None:
    found = failures(lines(signs), Tolerance(unreachable=Unreachable.SKIPPED))
    assert (found.lost, found.hosts, found.unproven) == (named(lost), (), unproven)


def test_by_default_one_lost_host_is_too_many() -> None:
    assert failures(lines("+?.."), Tolerance()).too_many


@pytest.mark.parametrize(
    ("signs", "down", "most", "wave"),
    [
        ("....", "", None, "1234"),  # only the batches limit it
        ("++..", "", None, "34"),
        ("++++", "", None, ""),
        ("=-? ", "", None, ""),  # dealt with, one way or the other
        ("rrrr", "", None, "1234"),
        ("....", "", 1, "1"),
        ("....", "", 3, "123"),
        ("....", "", "50%", "12"),
        ("....", "", "1%", "1"),  # one host may always be changed
        ("....", "34", 1, "34"),  # what is down goes together, and first
        ("....", "1234", 1, "1234"),  # all is lost: nothing keeps the fix out
        ("+...", "", 1, "2"),
        ("++..", "12", 1, "3"),  # they were down, and serve again
        ("=...", "", 1, "2"),  # it serves on with the old release
        ("<...", "", 1, "2"),
        ("-...", "", 2, "2"),
        ("~~..", "", 1, "12"),  # a crash cut these off: they go on first
        ("n...", "", 1, "1"),
        ("?...", "", 1, "2"),  # skipped: it is not counted
    ],
)
def test_which_hosts_of_a_batch_go_at_once(signs: str, down: str, most: Size | None, wave: str) -> None:
    found = next_wave(lines(signs, down), 0, replace(ONE, max_unavailable=most))
    assert not isinstance(found, NoRoom)
    assert tuple(line.host for line in found) == named(wave)


@pytest.mark.parametrize(
    ("signs", "down", "tolerance", "away"),
    [
        ("-...", "", ONE, "1"),
        ("=...", "1", ONE, "1"),  # it was down, and its step failed: it is still
        ("?...", "", replace(ONE, unreachable=Unreachable.FAILED), "1"),
        ("o...", "", replace(ONE, unreachable=Unreachable.FAILED), "1"),
        ("--..", "", replace(ONE, max_unavailable=2), "12"),
    ],
)
def test_where_too_few_would_serve_no_host_is_taken(signs: str, down: str, tolerance: Tolerance, away: str) -> None:
    room = tolerance.away_of(4)
    assert next_wave(lines(signs, down), 0, tolerance) == NoRoom(named(away), room or 0)


@pytest.mark.parametrize(
    ("signs", "down", "order"),
    [
        ("....", "", "1234"),
        ("....", "3", "3124"),
        ("....", "42", "2413"),
        ("....", "1234", "1234"),
        ("o...", "", "2341"),  # what takes no part goes last: the canary is a host that does
        ("=o..", "4", "4312"),
    ],
)
def test_what_is_down_goes_first(signs: str, down: str, order: str) -> None:
    found = down_first(lines(signs, down), [1, 1, 2])
    assert tuple(line.host for line in found) == named(order)
    assert [line.batch for line in found] == [0, 1, 2, 2]


@pytest.mark.parametrize(("signs", "after"), [(".", " "), ("r", " "), ("~", "~"), ("+", "+"), ("?", "?")])
def test_who_left_the_fleet_file_is_left_out_unless_something_was_begun_there(signs: str, after: str) -> None:
    assert left_out(lines(signs), ["web2"]) == lines(after)
    assert left_out(lines(signs), ["web1"]) == lines(signs)


@settings(deadline=None)
@given(st.integers(1, 12), st.lists(st.integers(1, 30) | st.integers(1, 100).map("{}%".format), max_size=4), st.data())
def test_every_host_goes_once_and_never_are_too_many_of_those_that_serve_away(
    number: int, sizes: list[Size], data: st.DataObject
) -> None:
    """However many were down: the deploy that mends them all reaches its end."""
    names = [f"web{one}" for one in range(number)]
    down = data.draw(st.sets(st.sampled_from(names)))
    most = data.draw(st.integers(1, 8))
    groups = batches(names, sizes)
    told = down_first([HostLine(name, 0, was_down=name in down) for name in names], [len(group) for group in groups])
    gone: list[str] = []
    for batch in range(len(groups)):
        while wave := next_wave(told, batch, Tolerance(max_unavailable=most)):
            assert not isinstance(wave, NoRoom)
            going = {line.host for line in wave}
            assert len(going) <= most or going <= down
            gone += [line.host for line in wave]
            told = [replace(line, state=HostState.HEALTHY) if line.host in going else line for line in told]
    assert sorted(gone) == sorted(names)
    assert not any(line.to_come for line in told)
    assert set(gone[: len(down)]) == down
