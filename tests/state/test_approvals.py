from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.records import Approval, Decision
from bot.state.approvals import Approvals, add_plan_hash, add_reasons, create
from bot.state.database import Database
from bot.state.schema import apply_all
from tests.building import NOW

QUESTION = Approval(41, 3, "a" * 40, NOW, NOW + timedelta(hours=1), needed=2)


@pytest.fixture
def approvals(tmp_path: Path) -> Approvals:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    return Approvals(db)


def test_a_question_is_asked_once_however_often_its_stage_begins(approvals: Approvals) -> None:
    first = approvals.ask(QUESTION)
    again = approvals.ask(replace(QUESTION, asked_at=NOW + timedelta(minutes=5), expires_at=NOW + timedelta(hours=9)))
    assert first == again == QUESTION == approvals.newest(41)


def test_a_question_keeps_the_plan_that_it_is_bound_to(approvals: Approvals) -> None:
    bound = replace(QUESTION, plan_hash="f" * 64)
    assert approvals.ask(bound) == bound == approvals.newest(41)


def test_enough_yeses_decide_and_the_last_of_them_is_named(approvals: Approvals) -> None:
    one = approvals.vote(approvals.ask(QUESTION), "U0BEN", NOW)
    assert one == replace(QUESTION, voters=("U0BEN",), reasons=("",))
    assert one is not None
    two = approvals.vote(one, "U0LEA", NOW)
    assert two == replace(
        QUESTION,
        voters=("U0BEN", "U0LEA"),
        reasons=("", ""),
        decision=Decision.PROMOTED,
        decided_by="U0LEA",
        decided_at=NOW,
    )


def test_reasons_are_kept_one_for_each_yes(approvals: Approvals) -> None:
    one = approvals.vote(approvals.ask(replace(QUESTION, unclear=True)), "U0BEN", NOW, "it was the <load> test")
    assert one is not None
    assert (one.unclear, one.reasons) == (True, ("it was the <load> test",))
    two = approvals.vote(one, "U0LEA", NOW, "so it was")
    assert two is not None
    assert approvals.newest(41) == two
    assert two.reasons == ("it was the <load> test", "so it was")


def test_questions_asked_before_there_were_reasons_are_read_as_they_were(tmp_path: Path) -> None:
    db = Database(tmp_path / "older.db")
    with db.transaction() as here:
        create(here)
        add_plan_hash(here)
        row = {"deploy": 7, "position": 3, "sha": "a" * 40, "asked_at": 1.0, "expires_at": 2.0, "needed": 1}
        more = {"voters": '["U0BEN"]', "decision": "promoted", "decided_by": "U0BEN", "decided_at": 1.5}
        here.table("approvals").insert({**row, **more})
        add_reasons(here)
    found = Approvals(db).newest(7)
    db.close()
    assert found is not None
    assert (found.voters, found.unclear, found.reasons) == (("U0BEN",), False, ())


def test_what_is_decided_stays_so(approvals: Approvals) -> None:
    asked = approvals.ask(QUESTION)
    assert approvals.decide(asked, Decision.ABORTED, "U0LEA", NOW)
    assert approvals.vote(asked, "U0BEN", NOW) is None
    assert approvals.decide(asked, Decision.EXPIRED, "", NOW) is None
    newest = approvals.newest(41)
    assert newest is not None
    assert (newest.decision, newest.decided_by) == (Decision.ABORTED, "U0LEA")


def test_of_ten_clicks_at_once_on_what_the_same_people_saw_one_counts(approvals: Approvals) -> None:
    asked = approvals.ask(replace(QUESTION, needed=1))
    with ThreadPoolExecutor(10) as pool:
        votes = list(pool.map(lambda number: approvals.vote(asked, f"U0{number}", NOW), range(10)))
    assert len([vote for vote in votes if vote]) == 1


def test_the_newest_question_of_a_deploy_is_the_one_of_its_latest_stage(approvals: Approvals) -> None:
    assert approvals.newest(41) is None
    approvals.ask(QUESTION)
    later = approvals.ask(replace(QUESTION, position=5))
    assert approvals.newest(41) == later


def test_every_question_of_a_deploy_is_read_in_the_order_of_its_stages(approvals: Approvals) -> None:
    later, other = replace(QUESTION, position=5), replace(QUESTION, deploy=42)
    for question in (later, QUESTION, other):
        approvals.ask(question)
    assert approvals.of(41) == (QUESTION, later)
    assert approvals.of(43) == ()


def test_a_question_that_is_forgotten_is_asked_anew(approvals: Approvals) -> None:
    approvals.decide(approvals.ask(QUESTION), Decision.ABORTED, "U0BEN", NOW)
    approvals.forget(41, 3)
    assert approvals.newest(41) is None
    later = replace(QUESTION, asked_at=NOW + timedelta(minutes=5))
    assert approvals.ask(later) == later
