"""What waits for each person, while it waits and no longer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.errands import ErrandBook
from bot.errands import Errands
from bot.errors import SlackError
from bot.grammar import DeployTo
from bot.halt import Choice
from bot.holds import Lock
from bot.model import Step
from bot.queue import Place
from bot.records import Deploy
from tests.building import fleet_of
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

STRATEGY = {"kind": "canary", "bake": None, "approve": True, "approve_within": "10m"}
ACCESS = {"production": {"approve": ["@leads"], "four_eyes": True}}
NOTHING = Errands()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Line]:
    """1.4.1 stands; the next deploy waits for @leads, of whom this registry says ana and ben are."""
    with line_on(tmp_path) as made:
        made.deploy("1.4.1")
        made.fleet = fleet_of(("web1", "web2", "web3"), ((*PRODUCTION, "strategy"), STRATEGY), (("access",), ACCESS))
        made.clock.still = True
        yield made
        made.clock.still = False  # what still waits runs into its deadline


def of(line: Line, user: str) -> Errands:
    return ErrandBook(line.db, line.journal, line.engine.doors, line.holds, line.current).of(user)


def asking(line: Line) -> Deploy:
    """1.4.2, asked for by ana, until it waits for people."""
    deploy = line.begin("1.4.2")
    eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=60)
    return deploy


def test_an_approval_waits_for_those_whose_yes_counts_until_it_is_decided(canary: Line) -> None:
    deploy = asking(canary)
    ((waiting, question),) = of(canary, "U0BEN").approvals
    assert (waiting.id, question.deploy) == (deploy.id, deploy.id)
    assert of(canary, "U0ANA").approvals == ()  # four eyes: it is her own
    assert of(canary, "U0CEM").approvals == ()  # is no lead
    canary.approvals.promote("U0BEN", f"{deploy.id}:{question.position}:{question.plan_hash}")
    assert of(canary, "U0BEN").approvals == ()


def test_who_has_said_yes_before_is_not_asked_again(canary: Line) -> None:
    access = {"production": {"approve": ["@leads"], "approvals": 2}}
    canary.fleet = fleet_of(("web1", "web2", "web3"), ((*PRODUCTION, "strategy"), STRATEGY), (("access",), access))
    deploy = asking(canary)
    ((_, question),) = of(canary, "U0BEN").approvals
    canary.approvals.promote("U0BEN", f"{deploy.id}:{question.position}:{question.plan_hash}")
    assert of(canary, "U0BEN").approvals == ()
    assert len(of(canary, "U0ANA").approvals) == 1


def test_where_it_cannot_be_told_who_may_answer_nobody_is_asked(canary: Line) -> None:
    class Unreadable:
        def may(self, user_id: str, allowed: object) -> bool:
            raise SlackError("usergroups.users.list: ratelimited")

        def handles(self) -> dict[str, str]:
            return {}

    asking(canary)
    doors = type(canary.engine.doors)(Unreadable(), canary.current)
    assert ErrandBook(canary.db, canary.journal, doors, canary.holds, canary.current).of("U0BEN") == NOTHING


def test_after_an_abort_the_choice_waits_for_those_who_may_deploy_there(standing: Line) -> None:
    standing.clock.still = True
    standing.backend.hang("web2", Step.TEST)
    deploy = standing.begin("1.4.2")
    eventually(lambda: {one.host: one.step for one in standing.view(deploy).hosts}["web2"] is Step.TEST, timeout=60)
    standing.moves.abort("U0BEN", str(deploy.id))
    eventually(lambda: standing.journal.halts.newest(deploy.id), timeout=60)
    ((stopped, halt),) = of(standing, "U0CEM").halts
    assert (stopped.id, halt.aborted_by) == (deploy.id, "U0BEN")
    standing.halts.choose("U0BEN", halt.button, Choice.BACK)
    assert of(standing, "U0CEM").halts == ()
    standing.clock.still = False
    standing.ended(deploy.id)


def test_an_outage_waits_for_whoever_took_it_on_until_it_is_over(standing: Line) -> None:
    alert = standing.outage("web1")
    standing.incidents.tell(alert.incident.id, standing.clock.now())
    assert of(standing, "U0ANA") == NOTHING
    standing.incidents.acknowledge(alert.incident.id, "U0ANA", standing.clock.now())
    assert [one.incident.id for one in of(standing, "U0ANA").outages] == [alert.incident.id]
    assert of(standing, "U0BEN") == NOTHING


def test_a_lock_is_its_holders_and_a_place_in_line_the_askers(line: Line) -> None:
    taken = line.locks.lock("U0ANA", "shop", "production", "load test", timedelta(hours=2))
    assert isinstance(taken, Lock)
    place = line.queue.ask("U0BEN", DeployTo("shop", "production", "1.4.2", wait=True))
    assert isinstance(place, Place), place
    assert of(line, "U0ANA") == Errands(locks=(taken,))
    assert of(line, "U0BEN") == Errands(waiters=(place.waiter,))
    line.locks.unlock("U0ANA", "shop", "production")
    assert of(line, "U0ANA") == NOTHING
