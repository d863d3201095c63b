"""/deploy replace as people type and click it, in the sandbox's workspace over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages.scaling import CANCEL, REPLACE
from bot.scales import Stand
from tests.building import said
from tests.engine.scaled import ScaledLine, scaled_on
from tests.handlers.front import Front, before
from tests.waiting import eventually

CONFIRMED = ((("access",), {"production": {"confirm": True}}),)


class ReplaceFront(Front):
    line: ScaledLine

    def type(self, text: str) -> str:
        return said(self.answer("ana", text)["blocks"])

    def last(self) -> str:
        return said(self.private("ana")[-1]["blocks"])


@pytest.fixture
def front(tmp_path: Path) -> Iterator[ReplaceFront]:
    """Four machines."""
    with scaled_on(tmp_path) as line, before(line, ReplaceFront) as made:
        yield made


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[ReplaceFront]:
    """The same, and production wants a confirming click."""
    with scaled_on(tmp_path, changes=CONFIRMED) as line, before(line, ReplaceFront) as made:
        yield made


def test_a_machine_is_replaced_and_the_answer_says_where_to_watch(front: ReplaceFront) -> None:
    assert "m-2 is replaced by a new one; #deploys shows how" in front.type("replace shop m-2 in production")
    assert front.line.scale_ended(1).stand is Stand.DONE
    assert "m-2" not in front.line.staying()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("replace shop m-22", "`shop` has no host `m-22`"),
        ("replace shop", "`replace` wants the host that goes"),
        ("replace shp m-2", "There is no service `shp`. Did you mean `shop`?"),
        ("replace shop m-2 in moon", "`shop` does not run in `moon`."),
        ("replace shop m-2;reboot", "`m-2;reboot`"),
    ],
)
def test_what_makes_no_sense_gets_a_clear_answer_and_nothing_moves(front: ReplaceFront, text: str, words: str) -> None:
    assert words in front.type(text)
    assert front.line.pools.acts == []


def test_nothing_moves_before_the_click_where_production_wants_one(careful: ReplaceFront) -> None:
    assert "m-2 is ended, and a new one takes its place? Nothing has moved yet." in careful.type("replace shop m-2")
    assert careful.line.pools.acts == []
    assert careful.server.click("ana", careful.private("ana")[-1], REPLACE).error is None
    assert careful.line.scale_ended(1).stand is Stand.DONE
    eventually(lambda: "m-2 is replaced by a new one" in careful.last())


def test_a_cancelled_question_says_so_in_its_place(careful: ReplaceFront) -> None:
    careful.type("replace shop m-2")
    assert careful.server.click("ana", careful.private("ana")[-1], CANCEL).error is None
    eventually(lambda: "Cancelled: m-2 of shop · production stays." in careful.last())
    assert careful.line.pools.acts == []
