"""Who comes first of all services."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.holds import Frozen, Hold, Lock, Scope
from bot.messages.worst import flapping, troubled, worst_first
from bot.model import DeployState, Health, Incident, Target
from bot.standing import HostNow, TargetView
from bot.watch import CheckState, CheckView, Vitals
from tests.building import NOW, a_deploy, release

ENVIRONMENTS = ("staging", "production")
UP, DOWN, UNKNOWN = Health.UP, Health.DOWN, Health.UNKNOWN
LOCK = Lock(Scope("production"), "U0BEN", "migration", NOW)
HELD, COLD = Hold(LOCK), Hold(frozen=Frozen("production", NOW, None, by="U0LEA", reason="audit"))


def view(service: str, health: Health = UP, environment: str = "production", flaps: bool = False) -> TargetView:
    state = CheckState(NOW, health, flapping_since=NOW if flaps else None)
    vitals = Vitals(Target(service, environment), (CheckView("http", "GET /", None, state),), (), 1.0)
    return TargetView(vitals.target, (), vitals, release("1.4.2"))


def told(service: str) -> TargetView:
    """Its own checks are well, and somebody else says that it is not."""
    fine = view(service)
    incident = Incident(1, "alertmanager/x", fine.target, NOW, "too slow")
    return replace(fine, vitals=replace(fine.vitals, incidents=(incident,)))


def drifted(service: str) -> TargetView:
    return replace(view(service), hosts=(HostNow("web1", release("1.4.1"), UP),))


def deploying(service: str) -> TargetView:
    return replace(view(service), last=a_deploy())


@pytest.mark.parametrize(
    ("views", "order"),
    [
        ([view("b"), view("a")], "ab"),
        ([view("a"), view("b", UNKNOWN), view("c", DOWN)], "cba"),
        ([view("a", DOWN, "staging"), view("b", DOWN)], "ba"),
        ([view("a", UNKNOWN), told("b")], "ba"),
        ([view("a"), replace(view("b"), hold=COLD), replace(view("c"), hold=HELD)], "bca"),
        ([replace(view("a"), hold=HELD), deploying("b"), drifted("c"), view("d", flaps=True)], "dcba"),
        ([view("a", flaps=True), view("b", UNKNOWN)], "ba"),
    ],
)
def test_who_wants_somebody_comes_first(views: list[TargetView], order: str) -> None:
    rows = worst_first([[one] for one in views], ENVIRONMENTS)
    assert "".join(row[0].target.service for row in rows) == order


def test_a_service_is_as_bad_as_its_worst_environment() -> None:
    both = [view("b", UP, "staging"), view("b", DOWN)]
    assert worst_first([[view("a", UNKNOWN)], both], ENVIRONMENTS)[0] == both


def test_an_environment_that_the_file_no_longer_names_breaks_nothing() -> None:
    gone = [view("a", DOWN, "qa")]
    assert worst_first([gone, [view("b", DOWN)]], ENVIRONMENTS)[1] == gone


def test_hosts_on_another_release_are_a_running_deploys_work() -> None:
    at_work = replace(drifted("a"), last=a_deploy())
    assert (at_work.drifted, at_work.deploying) == ((), True)
    done = replace(at_work, last=a_deploy(state=DeployState.SUCCEEDED, at=NOW - timedelta(days=1)))
    assert (len(done.drifted), done.deploying) == (1, False)


@pytest.mark.parametrize(
    ("seen", "down", "flaps"), [(view("a"), False, 0), (view("a", DOWN), True, 0), (view("a", flaps=True), False, 1)]
)
def test_what_is_down_and_what_flaps(seen: TargetView, down: bool, flaps: int) -> None:
    assert (troubled(seen), len(flapping(seen))) == (down, flaps)
