from dataclasses import replace
from datetime import timedelta

import pytest

from bot.aftercare import Aftercare
from bot.fleet import Check
from bot.model import Action, DeployKind, DeployState, Health, Incident, Release
from bot.plan.aftercare import (
    NOTHING_GOOD,
    SAME_RELEASE,
    Finding,
    Found,
    Seen,
    aftercare_of,
    goal,
    hosts_of,
    look,
    tells_of_release,
)
from bot.questions import Ask, BeatAsk, DnsAsk, Question, TcpAsk, TlsAsk
from bot.watch import CheckState, Outage
from tests.building import NOW, TARGET, a_deploy, a_plan, done_view, release, seconds

CARE = Aftercare(41, NOW, NOW + seconds(60), NOW + seconds(360))  # done after a minute, watched for five
CHECK = Check(
    id="shop/production/http",
    target=TARGET,
    host=None,
    question=Ask("https://shop.example.com/healthz", seconds(10)),
    every=seconds(30),
    timeout=seconds(10),
    down_after=3,
    up_after=2,
    action=Action.ROLLBACK,
)


def up(at: float) -> CheckState:
    """Asked last so many seconds after the deploy began to change hosts."""
    return CheckState(NOW, Health.UP, NOW, True, 5, NOW, NOW + seconds(at))


def down(since: float, at: float) -> CheckState:
    return CheckState(NOW, Health.DOWN, NOW + seconds(since), False, 3, NOW + seconds(since), NOW + seconds(at))


def failing(since: float, at: float) -> CheckState:
    """Not for long enough to be down."""
    return replace(down(since, at), health=Health.UP, streak=2)


def incident(since: float) -> Incident:
    return Incident(7, CHECK.id, TARGET, NOW + seconds(since), "answered 503")


def found(state: CheckState | None, now: float, *begun: float, outages: tuple[Outage, ...] = ()) -> Found:
    """What a look so many seconds after the beginning finds; `begun` are the first failures of open incidents."""
    states = {CHECK.id: state} if state else {}
    open_ones = [incident(since) for since in begun]
    outages = (*outages, *(Outage(CHECK.id, one.started_at, None) for one in open_ones))
    return look(CARE, Seen([CHECK], states, outages, open_ones), NOW + seconds(now))


@pytest.mark.parametrize(
    ("state", "now", "begun", "finding"),
    [
        (up(100), 120, [], Finding.WATCHING),
        (down(100, 160), 161, [100], Finding.DOWN),
        (down(30, 70), 90, [30], Finding.DOWN),  # failed while hosts were changed, and still does
        (down(30, 59), 90, [30], Finding.WATCHING),  # not asked since: a restart is no outage
        (replace(down(30, 90), ok=True), 91, [30], Finding.WATCHING),  # it is coming up again
        (down(-10, 90), 91, [-10], Finding.WATCHING),  # was down before
        (down(-10, 350), 360, [-10], Finding.UNSURE),
        (down(350, 420), 420, [350], Finding.DOWN),  # began in time
        (down(361, 420), 421, [361], Finding.UNSURE),  # began too late
        (failing(350, 380), 390, [], Finding.WATCHING),  # in time, and not settled
        (failing(350, 380), 481, [], Finding.UNSURE),  # never settles: its answers got lost
        (failing(365, 380), 390, [], Finding.UNSURE),
        (up(350), 359.9, [], Finding.WATCHING),
        (up(350), 360, [], Finding.WELL),
        (up(269), 360, [], Finding.UNSURE),  # nobody looked for the last minutes
        (None, 120, [], Finding.WATCHING),
        (None, 360, [], Finding.UNSURE),
    ],
)
def test_what_checks_say_after_a_deploy(
    state: CheckState | None, now: float, begun: list[float], finding: Finding
) -> None:
    assert found(state, now, *begun).finding is finding


def test_a_check_that_was_down_before_and_falls_again_is_not_its_doing() -> None:
    before = Outage(CHECK.id, NOW - timedelta(hours=1), NOW + seconds(20))
    assert found(down(100, 160), 161, 100, outages=(before,)).finding is Finding.WATCHING


def test_what_is_not_known_to_be_well_is_named() -> None:
    assert found(None, 400).lacking == (CHECK.id,)
    assert found(down(100, 160), 161, 100).incident == incident(100)


def test_without_checks_left_in_the_file_nothing_is_lacking() -> None:
    assert look(CARE, Seen([], {}, (), ()), NOW + seconds(400)).finding is Finding.WELL


@pytest.mark.parametrize(
    ("kind", "state", "bake", "watched"),
    [
        (DeployKind.DEPLOY, DeployState.SUCCEEDED, 300, True),
        (DeployKind.DEPLOY, DeployState.SUCCEEDED, None, False),
        (DeployKind.DEPLOY, DeployState.FAILED, 300, False),
        (DeployKind.DEPLOY, DeployState.ROLLED_BACK, 300, False),
        (DeployKind.ROLLBACK, DeployState.SUCCEEDED, 300, False),
    ],
)
def test_only_a_deploy_that_succeeded_is_watched(
    kind: DeployKind, state: DeployState, bake: float | None, watched: bool
) -> None:
    view = done_view(4, kind=kind)
    care = aftercare_of(view, state, seconds(bake) if bake else None, NOW + seconds(60))
    assert (care is not None) is watched
    assert care is None or care == Aftercare(41, NOW, NOW + seconds(60), NOW + seconds(360))


A, B, C = release("1.4.1"), release("1.4.2"), release("1.5.0")


@pytest.mark.parametrize(
    ("deployed", "fallback", "rungs", "back"),
    [
        (B, "1.4.1", [A, B], A),
        (C, "1.4.2", [A, B, C], B),
        (C, "1.4.2", [A, B], B),  # of some hosts only: it does not stand there
        (A, "1.4.2", [A, B, A], B),  # an old one again
        (B, "1.4.2", [A, B], SAME_RELEASE),
        (A, None, [A], NOTHING_GOOD),
        (A, None, [], NOTHING_GOOD),
    ],
)
def test_it_goes_back_to_what_was_good_before_it(
    deployed: Release, fallback: str | None, rungs: list[Release], back: Release | str
) -> None:
    deploy = a_deploy(a_plan(ref=deployed.ref, fallback=fallback), DeployState.SUCCEEDED)
    assert goal(deploy, rungs) == back


def test_only_hosts_that_it_changed_and_that_are_still_there_go_back() -> None:
    assert hosts_of(done_view(3), ["web9", "web3", "web1"]) == ["web1", "web3"]


@pytest.mark.parametrize(
    ("question", "tells"),
    [
        (Ask("https://shop.example.com/", seconds(1)), True),
        (TcpAsk("shop", 80, seconds(1)), True),
        (TlsAsk("shop", 443, "shop", 14, seconds(1)), False),
        (DnsAsk("shop", "A", seconds(1)), False),
        (BeatAsk(seconds(60), seconds(60), "1m"), False),
    ],
)
def test_what_comes_and_goes_without_a_deploy_tells_nothing_of_one(question: Question, tells: bool) -> None:
    assert tells_of_release(replace(CHECK, question=question)) is tells
