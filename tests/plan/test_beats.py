"""When a job is late, when it failed, and when the bot cannot know."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.beats import Away, Beat
from bot.model import Blind, Probe
from bot.plan.beats import TOKEN, absence, beating, seen, token_of
from bot.questions import BeatAsk
from tests.fleet.samples import PRODUCTION, changed, load

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ASK = BeatAsk(timedelta(hours=24), timedelta(hours=1), "1d")


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def look(hours: float, beat: Beat | None = None, away: tuple[float, float] | None = None) -> Probe:
    """What a check sees so many hours after the last beat."""
    return seen(ASK, beat or Beat(START, True), [Away(at(away[0]), at(away[1]))] if away else [], at(hours))


@pytest.mark.parametrize(("hours", "ok"), [(0, True), (24, True), (25, True), (25.001, False), (100, False)])
def test_it_is_well_until_the_grace_is_over(hours: float, ok: bool) -> None:
    probe = look(hours)
    assert (probe.ok, probe.blind) == (ok, None)
    assert probe.cause == ("" if ok else "no beat since 2026-11-20 03:00:00 UTC, and one is due every 1d")


def test_before_the_first_beat_nothing_is_known() -> None:
    probe = seen(ASK, None, [], START)
    assert (probe.ok, probe.blind, probe.hurdle) == (False, Blind.UNKNOWN, None)
    assert "python -m bot beats" in probe.cause


@pytest.mark.parametrize(
    ("beat", "cause"),
    [
        (Beat(START, False), "the job failed at 2026-11-20 03:00:00 UTC"),
        (Beat(START, False, 3), "the job failed with exit status 3 at 2026-11-20 03:00:00 UTC"),
        (Beat(START, False, 1, "disk full"), "the job failed with exit status 1 at 2026-11-20 03:00:00 UTC: disk full"),
    ],
)
def test_a_job_that_says_it_failed_is_down_at_once_and_until_it_says_otherwise(beat: Beat, cause: str) -> None:
    for hours in (0, 1, 1000):
        probe = look(hours, beat)
        assert (probe.ok, probe.blind, probe.cause, probe.sure) == (False, None, cause, True)


def test_a_job_that_is_late_may_still_come() -> None:
    assert not look(26).sure


@pytest.mark.parametrize(
    ("away", "hours", "blind"),
    [
        ((24.5, 24.6), 26, Blind.UNKNOWN),  # it was due just then
        ((20, 30), 30, Blind.UNKNOWN),  # over the whole time
        ((20, 30), 54.9, Blind.UNKNOWN),  # until the next one is over-due
        ((20, 30), 55.1, None),
        ((23.5, 23.6), 26, Blind.UNKNOWN),  # today's run may have been half an hour shorter
        ((22.5, 22.9), 26, None),  # but not by more than it may be late
        ((1, 2), 26, None),  # it was not due yet
        ((25.5, 26), 26, None),  # it was late before
    ],
)
def test_what_may_have_come_while_the_bot_was_away_is_no_failure(
    away: tuple[float, float], hours: float, blind: Blind | None
) -> None:
    probe = look(hours, away=away)
    assert (probe.ok, probe.blind) == (False, blind)
    assert ("the bot was away" in probe.cause) is (blind is not None)


def test_a_later_absence_does_not_hide_an_earlier_one() -> None:
    aways = [Away(at(24.5), at(24.6)), Away(at(30), at(30.1))]
    probe = seen(ASK, Beat(START, True), aways, at(31))
    assert probe.blind is Blind.UNKNOWN
    assert "2026-11-21 03:30:00 to 03:36:00 UTC" in probe.cause


@pytest.mark.parametrize(
    ("last", "away"),
    [(None, None), (at(1.99), None), (at(1), Away(at(1), at(2)))],
)
def test_a_turn_that_took_too_long_is_an_absence(last: datetime | None, away: Away | None) -> None:
    assert absence(last, at(2), timedelta(minutes=1)) == away


def test_a_token_is_of_one_secret_and_one_check() -> None:
    made = {token_of(secret, check) for secret in ("a" * 16, "b" * 16) for check in ("shop/production/a", "b")}
    assert len(made) == 4
    assert {len(token) for token in made} == {TOKEN}
    assert token_of("a" * 16, "b") in made


def test_those_that_wait_for_beats_are_found() -> None:
    checks = [{"heartbeat": "1d", "action": "runbook"}, {"tcp": "db:1", "action": "runbook"}]
    assert beating(load(changed(((*PRODUCTION, "checks"), checks)))) == ["shop/production/heartbeat"]
