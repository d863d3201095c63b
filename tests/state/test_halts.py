from dataclasses import replace
from pathlib import Path

import pytest

from bot.halt import Choice, Halt
from bot.state.database import Database
from bot.state.halts import Halts
from bot.state.schema import apply_all
from tests.building import NOW, seconds

HALT = Halt(41, 1, 2, "U0BEN", NOW, NOW + seconds(900), ("web1", "web2"), ("web2",))


@pytest.fixture
def halts(tmp_path: Path) -> Halts:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    return Halts(db)


def test_a_question_comes_back_as_it_was_asked(halts: Halts) -> None:
    assert halts.newest(41) is None
    assert halts.ask(HALT) == HALT
    assert halts.get(41, 1) == HALT
    assert halts.get(41, 2) is None


def test_a_question_asked_again_keeps_its_answer(halts: Halts) -> None:
    halts.ask(HALT)
    decided = halts.decide(HALT, Choice.ON, "U0ANA", NOW + seconds(5))
    assert decided == replace(HALT, choice=Choice.ON, chosen_by="U0ANA", decided_at=NOW + seconds(5))
    assert halts.ask(replace(HALT, aborted_by="U0EVE")) == decided


def test_of_two_answers_the_first_counts(halts: Halts) -> None:
    halts.ask(HALT)
    assert halts.decide(HALT, Choice.BACK, "U0ANA", NOW)
    assert halts.decide(HALT, Choice.ON, "U0BEN", NOW) is None
    newest = halts.newest(41)
    assert newest is not None
    assert (newest.choice, newest.chosen_by) == (Choice.BACK, "U0ANA")


def test_the_newest_is_the_last_turn(halts: Halts) -> None:
    for turn in (1, 2, 10):
        halts.ask(replace(HALT, turn=turn))
    newest = halts.newest(41)
    assert newest is not None
    assert newest.turn == 10
