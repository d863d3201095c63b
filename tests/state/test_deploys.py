import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import DeployKind, DeployState, Target
from bot.records import Changes, Deploy, Plan
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.schema import apply_all
from bot.tolerance import Tolerance, Unreachable
from tests.building import NOW, TARGET, a_deploy, a_plan, release, seconds

STAGING = Target("shop", "staging")
API = Target("api", "production")
PAST = (("1", TARGET), ("2", STAGING), ("3", TARGET))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def deploys(db: Database) -> Deploys:
    return Deploys(db)


def begun(deploys: Deploys, plan: Plan | None = None, at: float = 0, incident: int | None = None) -> Deploy:
    deploy = deploys.begin(plan or a_plan(), "U0ANA", NOW + seconds(at), incident)
    assert deploy is not None
    return deploy


def ended(deploys: Deploys, plan: Plan, state: DeployState = DeployState.SUCCEEDED, at: float = 0) -> Deploy:
    deploy = begun(deploys, plan, at)
    assert deploys.finish(deploy.id, state, "", NOW + seconds(at + 1))
    found = deploys.get(deploy.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "plan",
    [
        a_plan(),
        a_plan(1, fallback=None),
        a_plan(200, changes=Changes(8, 3, 1, "https://github.com/acme/shop/compare/a...b", "https://github.com/x")),
        a_plan(4, DeployKind.ROLLBACK, sizes=["100%"], fallback=None),
        replace(a_plan(), strategy="canary", tolerance=Tolerance("5%", 2, Unreachable.SKIPPED), partial=True),
        a_plan(2, ref="fe/ä <b> 'x' \"y\"", target=API),
        replace(a_plan(2), irreversible=("1.4.2", "v2.0")),
    ],
)
def test_a_deploy_comes_back_as_it_was_written(deploys: Deploys, plan: Plan) -> None:
    deploy = begun(deploys, plan, incident=7)
    assert deploy == a_deploy(plan, number=1, incident=7)
    assert deploys.get(1) == deploy
    assert deploys.running(plan.target) == deploy
    assert deploys.unfinished() == [deploy]


def test_what_the_plan_was_bound_to_and_how_long_deploys_take_comes_back(deploys: Deploys) -> None:
    deploy = deploys.begin(a_plan(), "U0ANA", NOW, plan_hash="f" * 64, usual=seconds(130.5))
    assert deploy is not None
    assert (deploy.plan_hash, deploy.usual) == ("f" * 64, seconds(130.5))


def test_a_plan_of_an_older_version_is_read_with_what_held_then(db: Database, deploys: Deploys) -> None:
    begun(deploys, replace(a_plan(), strategy="canary", tolerance=Tolerance(2), partial=True))
    with db.transaction() as rows:
        kept = json.loads(next(rows.query("SELECT plan FROM deploys"))["plan"])
        old = {name: part for name, part in kept.items() if name in ("batches", "stages", "changes")}
        rows.execute("UPDATE deploys SET plan = ?", [json.dumps(old)])
    found = deploys.get(1)
    assert found is not None
    assert found.plan == a_plan()


def test_an_end_is_written_once(deploys: Deploys) -> None:
    deploy = begun(deploys)
    assert deploys.finish(deploy.id, DeployState.FAILED, "Preflight: web1: full", NOW + seconds(5))
    assert not deploys.finish(deploy.id, DeployState.SUCCEEDED, "", NOW + seconds(9))
    assert deploys.get(deploy.id) == a_deploy(
        number=deploy.id, state=DeployState.FAILED, reason="Preflight: web1: full", took=5
    )
    assert deploys.running(TARGET) is None
    assert deploys.unfinished() == []


def test_what_there_is_not_is_none(deploys: Deploys) -> None:
    assert deploys.get(1) is None
    assert deploys.running(TARGET) is None
    assert deploys.last(TARGET) is None
    assert not deploys.finish(1, DeployState.FAILED, "", NOW)
    assert (deploys.history("shop", 5), deploys.recent(5), deploys.succeeded(TARGET)) == ([], [], [])


def test_one_place_has_one_deploy_at_a_time_and_other_places_have_theirs(deploys: Deploys) -> None:
    first = begun(deploys)
    assert deploys.begin(a_plan(ref="1.5.0"), "U0BEN", NOW) is None
    others = [begun(deploys, a_plan(target=place)) for place in (STAGING, API)]
    assert deploys.running(TARGET) == first
    assert {deploy.id for deploy in deploys.unfinished()} == {first.id, *(other.id for other in others)}
    deploys.finish(first.id, DeployState.ROLLED_BACK, "", NOW)
    assert begun(deploys, a_plan(ref="1.5.0")).release == release("1.5.0")


def test_of_many_who_begin_at_once_one_wins(db: Database, deploys: Deploys) -> None:
    barrier = threading.Barrier(6)
    won: list[Deploy | None] = []

    def race(user: str) -> None:
        barrier.wait()
        won.append(deploys.begin(a_plan(), user, NOW))

    racers = [threading.Thread(target=race, args=(f"U{number}",)) for number in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 6
    (winner,) = [deploy for deploy in won if deploy]
    assert deploys.running(TARGET) == winner


def test_a_loser_leaves_the_transaction_it_lost_in_whole(db: Database, deploys: Deploys) -> None:
    """The unique index says no to one row, not to what was written beside it."""
    begun(deploys)
    with db.transaction():
        other = begun(deploys, a_plan(target=STAGING))
        assert deploys.begin(a_plan(), "U0BEN", NOW) is None
    assert deploys.get(other.id) == other


def test_what_its_transaction_took_back_never_began(db: Database, deploys: Deploys) -> None:
    def broken() -> None:
        with db.transaction():
            begun(deploys)
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert deploys.unfinished() == []
    assert begun(deploys).id == 1


def test_the_past_is_read_newest_first_and_by_place(deploys: Deploys) -> None:
    one = ended(deploys, a_plan(ref="1"), at=1)
    two = ended(deploys, a_plan(ref="2", target=STAGING), at=2)
    three = ended(deploys, a_plan(ref="3", target=API), DeployState.FAILED, at=3)
    four = begun(deploys, a_plan(ref="4"), at=4)
    assert deploys.history("shop", 10) == [four, two, one]
    assert deploys.history("shop", 2) == [four, two]
    assert deploys.recent(3) == [four, three, two]
    assert deploys.last(TARGET) == four
    assert deploys.last(API) == three


def test_a_page_of_the_past_is_counted_by_place_and_up_to_a_deploy(deploys: Deploys) -> None:
    one, two, three = (ended(deploys, a_plan(ref=ref, target=place), at=1) for ref, place in PAST)
    ended(deploys, a_plan(ref="4", target=API), at=1)
    assert deploys.past("shop", None, 99, 0, 9) == [three, two, one]
    assert deploys.past("shop", None, 99, 1, 1) == [two]
    assert deploys.past("shop", "production", 99, 0, 9) == [three, one]
    assert deploys.past("shop", None, two.id, 0, 9) == [two, one]
    assert deploys.past("shop", None, 99, 3, 9) == []
    counts = [deploys.count("shop", where, upto) for where, upto in ((None, 99), ("production", 99), (None, two.id))]
    assert counts == [3, 2, 2]


def test_only_what_fully_succeeded_there_counts_as_good_oldest_first(deploys: Deploys) -> None:
    good = [ended(deploys, a_plan(ref=str(number)), at=number) for number in range(3)]
    ended(deploys, a_plan(ref="bad"), DeployState.FAILED)
    ended(deploys, a_plan(ref="worse"), DeployState.ROLLED_BACK)
    ended(deploys, a_plan(ref="elsewhere", target=STAGING))
    begun(deploys, a_plan(ref="running"))
    assert deploys.succeeded(TARGET) == good
    assert deploys.succeeded(TARGET, limit=2) == good[1:]


def test_those_that_ended_in_a_span_are_told_the_oldest_first(deploys: Deploys) -> None:
    for number, at in enumerate((0, 100, 200)):
        ended(deploys, a_plan(ref=str(number)), at=at)
    begun(deploys, a_plan(ref="runs"), at=300)
    found = deploys.ended(NOW + seconds(1), NOW + seconds(201))
    assert [deploy.release.ref for deploy in found] == ["0", "1"]
    assert deploys.ended(NOW + seconds(202), NOW + seconds(999)) == []
