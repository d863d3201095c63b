"""Freezes by hand and by the fleet file; what passes them, and how that is told."""

from datetime import datetime, timedelta

import pytest

from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.holds import Freeze
from bot.model import DeployState
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.trail import What
from tests.building import fleet_of, names
from tests.engine.line import Line

ALWAYS = "00:00 - 12:00 UTC", "12:00 - 00:00 UTC"
FORCE = (("access",), {"production": {"force": ["@leads"]}})


def reason(found: object) -> Reason:
    assert isinstance(found, Refusal), found
    return found.reason


def frozen(*more: tuple[tuple[str, ...], object]) -> Fleet:
    return fleet_of(names(4), (("freezes",), {"production": list(ALWAYS)}), *more)


def freeze(line: Line, user: str = "U0LEA", day: str = "", time: str = "", zone: str = "") -> Freeze:
    begun = line.freezes.freeze(user, "production", "stocktaking", day, time, zone)
    assert isinstance(begun, Freeze), begun
    return begun


def tomorrow(line: Line) -> datetime:
    return (line.clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def test_a_freeze_is_told_in_the_channel_and_in_the_audit(line: Line) -> None:
    begun = freeze(line)
    assert line.messages()[f"freeze:{begun.id}"] == (
        ":snowflake: production is frozen by <@U0LEA>, until somebody unfreezes it: stocktaking"
    )
    assert [row.fields["what"] for row in line.journal.audit.newest(1)] == [What.FREEZE_BEGUN]


def test_the_audit_says_until_when_it_was_frozen_and_how_that_ended(line: Line) -> None:
    begun = freeze(line, day="", time="18:00", zone="UTC")
    assert begun.until is not None
    line.freezes.unfreeze("U0LEA", "production")
    freeze(line)
    states = [(row.fields["before"], row.fields["after"]) for row in reversed(line.journal.audit.newest(3))]
    until = f"frozen until {begun.until.isoformat()}"
    assert states == [("", until), (until, "unfrozen"), ("", "frozen until unfrozen")]


def test_a_frozen_environment_takes_no_deploy_and_says_why(standing: Line) -> None:
    begun = freeze(standing)
    refusal = standing.ask("1.4.2")
    assert reason(refusal) is Reason.FROZEN
    assert isinstance(refusal, Refusal)
    assert refusal.frozen is not None
    assert (refusal.frozen.by, refusal.frozen.since, refusal.frozen.until) == ("U0LEA", begun.since, None)


def test_a_window_of_the_fleet_file_freezes_and_no_command_ends_it(line: Line) -> None:
    line.fleet = frozen()
    refusal = line.ask("1.4.2")
    assert isinstance(refusal, Refusal)
    assert refusal.frozen is not None
    assert (refusal.reason, refusal.frozen.window in ALWAYS) == (Reason.FROZEN, True)
    assert reason(line.freezes.unfreeze("U0LEA", "production")) is Reason.IN_THE_FILE


def test_a_rollback_passes(standing: Line) -> None:
    standing.deploy("1.4.2")
    freeze(standing)
    back = standing.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    assert (standing.ended(back.id).state, back.forced) == (DeployState.SUCCEEDED, "")


def test_force_passes_is_kept_and_is_told_loudly(standing: Line) -> None:
    freeze(standing)
    deploy = standing.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", force="checkout is down"))
    assert isinstance(deploy, Deploy)
    words = "the freeze of production (stocktaking): checkout is down"
    assert standing.ended(deploy.id).forced == words
    loud = standing.messages()[f"deploy:{deploy.id}:forced"]
    assert loud.startswith(":rotating_light: <@U0ANA> forced Deploy 2")
    assert loud.endswith(words)
    assert words in str(standing.blocks(f"deploy:{deploy.id}"))
    forced = [row for row in standing.journal.audit.newest(20) if row.fields["what"] == What.DEPLOY_FORCED]
    assert [row.fields["why"] for row in forced] == [words]


def test_force_with_nothing_to_pass_is_a_deploy_like_any_other(line: Line) -> None:
    deploy = line.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", force="checkout is down"))
    assert isinstance(deploy, Deploy)
    assert deploy.forced == ""
    assert f"deploy:{deploy.id}:forced" not in line.messages()


def test_who_may_not_force_is_told_who_may(line: Line) -> None:
    line.fleet = frozen(FORCE)
    refusal = line.desk.ask("U0EVE", DeployTo("shop", "production", "1.4.2", force="please"))
    assert refusal == Refusal(
        Reason.MAY_NOT_FORCE, target=refusal.target if isinstance(refusal, Refusal) else None, known=("@leads",)
    )
    assert line.journal.deploys.recent(1) == []


def test_force_opens_no_lock(line: Line) -> None:
    line.locks.lock("U0BEN", "shop", "production", "load test", None)
    assert reason(line.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", force="please"))) is Reason.LOCKED


def test_a_freeze_ends_by_itself_and_that_is_told(line: Line) -> None:
    begun = freeze(line, time="00:00", zone="UTC")
    assert begun.until == tomorrow(line)
    line.clock.sleep(timedelta(days=1))
    assert isinstance(line.ask("1.4.2"), Deploy)
    line.freezes.lapse()
    assert "no longer frozen, its time is over" in line.messages()[f"freeze:{begun.id}"]
    assert freeze(line).id != begun.id


def test_a_second_freeze_is_told_of_the_first(line: Line) -> None:
    freeze(line)
    second = line.freezes.freeze("U0BEN", "production", "mine", "", "", "")
    assert isinstance(second, Refusal)
    assert second.frozen is not None
    assert (second.reason, second.frozen.by) == (Reason.FROZEN_ALREADY, "U0LEA")


@pytest.mark.parametrize(
    ("environment", "why", "until", "refused"),
    [
        ("prodution", "x", ("", "", ""), Reason.UNKNOWN_ENVIRONMENT),
        ("production", " ", ("", "", ""), Reason.NO_REASON),
        ("production", "x", ("Mon", "08:00", ""), Reason.UNCLEAR_TIME),
        ("production", "x", ("2020-01-01", "", "UTC"), Reason.UNCLEAR_TIME),
    ],
)
def test_what_cannot_be_a_freeze_is_refused(
    line: Line, environment: str, why: str, until: tuple[str, str, str], refused: Reason
) -> None:
    assert reason(line.freezes.freeze("U0LEA", environment, why, *until)) is refused
    assert line.messages() == {}


def test_whoever_froze_it_unfreezes_it_and_others_only_who_may_force(line: Line) -> None:
    line.fleet = fleet_of(names(4), FORCE)
    begun = freeze(line)
    assert reason(line.freezes.unfreeze("U0EVE", "production")) is Reason.MAY_NOT_FORCE
    assert isinstance(line.freezes.unfreeze("U0LEA", "production"), Freeze)  # nobody in a group, but the one who froze
    assert "unfrozen by <@U0LEA>" in line.messages()[f"freeze:{begun.id}"]
    assert reason(line.freezes.unfreeze("U0LEA", "production")) is Reason.NOT_FROZEN
    freeze(line)
    assert isinstance(line.freezes.unfreeze("U0ANA", "production"), Freeze)  # may force


def test_all_that_holds_back_is_listed(line: Line) -> None:
    line.fleet = frozen()
    line.locks.lock("U0BEN", "shop", "production", "load test", timedelta(hours=1))
    locks, freezes = line.holds.standing()
    assert [one.holder for one in locks] == ["U0BEN"]
    assert [one.environment for one in freezes] == ["production"]
    line.clock.sleep(timedelta(hours=1))
    assert line.holds.standing()[0] == []
