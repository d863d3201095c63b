"""/scale as people type and click it, in the sandbox's workspace over a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages.scale_form import PLACE, WANTED
from bot.messages.scaling import AUTO, CANCEL, CONFIRM
from bot.scales import Stand
from bot.state.blindness import Blindnesses
from bot.trail import What
from handlers.scale_clicks import HOUR
from tests.building import TARGET, said
from tests.engine.scaled import ScaledLine, scaled_on
from tests.handlers.front import Front, before, posted
from tests.waiting import eventually

CONFIRMED = ((("access",), {"production": {"confirm": True}}),)


class ScaleFront(Front):
    line: ScaledLine

    def scale(self, text: str, user: str = "ana") -> str:
        return said(self.answer(user, text, "/scale")["blocks"])


@pytest.fixture
def front(tmp_path: Path) -> Iterator[ScaleFront]:
    """Four machines, 2 to 10 by the fleet file."""
    with scaled_on(tmp_path) as line, before(line, ScaleFront) as made:
        yield made


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[ScaleFront]:
    """The same, and production wants a confirming click."""
    with scaled_on(tmp_path, changes=CONFIRMED) as line, before(line, ScaleFront) as made:
        yield made


def hosts(front: ScaleFront, number: int = 1) -> int | None:
    return front.line.scale_ended(number).reached


def test_a_number_is_asked_for_and_reached(front: ScaleFront) -> None:
    assert "goes from 4 to 6 hosts; #deploys shows how" in front.scale("shop in production 6")
    assert hosts(front) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shop 500", "`500` is not within what the fleet file allows shop · production: 2 to 10 hosts. There are 4."),
        ("shop -5", "`-5` is not within what the fleet file allows shop · production: 2 to 10 hosts. There are 4."),
        ("shop 1e9", "`1e9` is not a number of hosts"),
        ("shop 4", "shop · production has 4 hosts already"),
        ("shp 6", "There is no service `shp`. Did you mean `shop`?"),
        ("shop in moon 6", "`shop` does not run in `moon`."),
        ("shop hodl", "I understood the service `shop`, but not `hodl`. Did you mean `hold`?"),
        ("shop hold 30d", "a hold lasts 7d at most"),
    ],
)
def test_what_makes_no_sense_gets_a_clear_answer_and_nothing_moves(front: ScaleFront, text: str, words: str) -> None:
    assert words in front.scale(text)
    assert front.line.pools.acts == []


def test_the_rules_are_held_and_given_back(front: ScaleFront) -> None:
    assert "the rules leave its number alone until" in front.scale("shop hold 2h")
    grip = front.line.scaling.book.grips.of(TARGET)
    assert grip is not None
    assert grip.until - grip.since == 2 * HOUR
    assert "the rules decide how many hosts it has" in front.scale("shop auto")
    assert front.line.scaling.book.grips.of(TARGET) is None


def test_a_plan_says_what_would_be_done_and_why_and_nothing_moves(front: ScaleFront) -> None:
    front.line.cpu.all = 90.0
    words = front.scale("shop plan")
    assert "4 hosts, 4 healthy · would go 4 → 6 hosts" in words
    assert "median CPU 90 % on 4 warm hosts over 2 min (target 60 %)" in words
    assert "limits: 2 to 10" in words
    front.line.cpu.all = 60.0
    assert "stays so" in front.scale("plan shop")
    assert "would go 4 → 3 hosts" in front.scale("shop plan -1")
    assert (front.line.pools.acts, front.line.messages()) == ([], {})


def test_help_shows_forms_that_work_here(front: ScaleFront) -> None:
    assert "/scale shop in production +1" in front.scale("help")


def test_nothing_moves_before_the_click_where_production_wants_one(careful: ScaleFront) -> None:
    assert "4 → 6 hosts? Nothing has moved yet." in careful.scale("shop +2")
    asked = careful.private("ana")[-1]
    assert careful.line.pools.acts == []
    assert careful.server.click("ana", asked, CONFIRM).error is None
    assert hosts(careful) == 6
    eventually(lambda: "goes from 4 to 6 hosts" in said(careful.private("ana")[-1]["blocks"]))


def test_a_cancelled_question_says_so_in_its_place(careful: ScaleFront) -> None:
    careful.scale("shop +2")
    assert careful.server.click("ana", careful.private("ana")[-1], CANCEL).error is None
    eventually(lambda: "Cancelled: shop · production stays at 4 hosts." in said(careful.private("ana")[-1]["blocks"]))
    assert careful.line.pools.acts == []


def test_undo_and_hold_are_buttons_of_the_message(front: ScaleFront) -> None:
    front.scale("shop 6")
    hosts(front)
    assert front.server.click("ben", posted(front, "scale:1"), "scale.undo").error is None
    back = eventually(lambda: front.line.scaling.book.rows.get(2))
    assert back is not None
    assert (hosts(front, 2), front.line.scale_ended(2).stand) == (4, Stand.DONE)


def test_an_act_of_the_rules_may_be_held_and_the_hold_given_back(front: ScaleFront) -> None:
    (act,) = front.line.sweep(90)
    assert front.server.click("ben", posted(front, f"scale:{act.id}"), "scale.hold").error is None
    grip = eventually(lambda: front.line.scaling.book.grips.of(TARGET))
    assert grip is not None
    assert grip.until - grip.since == timedelta(hours=1)
    assert front.server.click("ben", posted(front, f"scale-hold:{grip.id}"), AUTO).error is None
    eventually(lambda: front.line.scaling.book.grips.of(TARGET) is None)


def test_the_form_asks_for_everything(front: ScaleFront) -> None:
    assert front.server.command("ana", "/scale").error is None
    view = front.modal("ana")
    place = {PLACE: {PLACE: "shop in production"}}
    sent = front.server.submit("ana", view["id"], {**place, WANTED: {WANTED: "many"}})
    assert "not `many`" in sent.errors[WANTED]
    assert front.server.submit("ana", view["id"], {**place, WANTED: {WANTED: "+1"}}).ok
    assert hosts(front) == 5
    eventually(lambda: "goes from 4 to 5 hosts" in said(front.private("ana")[-1]["blocks"]))


def test_without_anything_to_scale_the_form_says_what_is_needed(tmp_path: Path) -> None:
    with scaled_on(tmp_path, None) as line, before(line, ScaleFront) as front:
        assert front.server.command("ana", "/scale").error is None
        assert "names no service whose number of hosts can be changed" in said(front.modal("ana")["blocks"])


SEEN = "I cannot see since"
ASKED = "(20 of 20 services fail at once): whether shop · production is well is not known."


def blinded(front: ScaleFront) -> None:
    Blindnesses(front.line.db).begin(front.line.clock.now(), "20 of 20 services fail at once", "#alerts")


def reasons(front: ScaleFront) -> list[str]:
    """Why, of every act that has begun, as the audit keeps it."""
    rows = [row.fields for row in front.line.journal.audit.newest(50)]
    return [str(row["why"]) for row in rows if row["what"] == What.SCALE_BEGUN]


@pytest.mark.parametrize(("text", "button", "after"), [("shop +2", "Add 2 hosts", 6), ("shop 3", "Remove 1 host", 3)])
def test_while_the_bot_cannot_see_a_number_wants_a_click_that_is_told_so(
    front: ScaleFront, text: str, button: str, after: int
) -> None:
    blinded(front)
    told = front.scale(text)
    assert f"4 → {after} hosts? Nothing has moved yet." in told
    assert (SEEN in told, ASKED in told, button in told) == (True, True, True)
    assert front.line.pools.acts == []
    assert front.server.click("ana", front.private("ana")[-1], CONFIRM).error is None
    assert hosts(front) == after
    (why,) = reasons(front)
    assert why.startswith(SEEN)
    first = front.line.messages()["scale:1"]
    assert first.startswith(f"shop · production 4 → {after} hosts · {SEEN}")
    assert first.endswith("· asked by <@" + front.line.scale_ended(1).requester + ">")


def test_while_the_bot_cannot_see_undo_asks_once_more_and_acts_once(front: ScaleFront) -> None:
    front.scale("shop 6")
    hosts(front)
    message = posted(front, "scale:1")
    blinded(front)
    for _ in range(2):
        before = len(front.private("ben"))
        assert front.server.click("ben", message, "scale.undo").error is None
        (question,) = eventually(lambda seen=before: front.private("ben")[seen:])  # type: ignore[misc]
        assert "6 → 4 hosts? Nothing has moved yet." in said(question["blocks"])
        assert ASKED in said(question["blocks"])
    first, second = front.private("ben")[-2:]
    assert front.line.scaling.book.rows.unfinished() == []
    assert front.server.click("ben", first, CONFIRM).error is None
    undone = front.line.scale_ended(2)
    assert (undone.undoes, undone.reached) == (1, 4)
    assert front.server.click("ben", second, CONFIRM).error is None
    eventually(lambda: "Meanwhile shop · production has 4 hosts" in said(front.private("ben")[-1]["blocks"]))
    first_line = front.line.messages()["scale:2"]
    assert SEEN in first_line
    assert "took the last change back" in first_line
    assert len(reasons(front)) == 2


def test_once_it_sees_again_nothing_is_asked(front: ScaleFront) -> None:
    blinded(front)
    Blindnesses(front.line.db).end(front.line.clock.now())
    assert "goes from 4 to 6 hosts" in front.scale("shop 6")
    hosts(front)
    assert front.server.click("ben", posted(front, "scale:1"), "scale.undo").error is None
    assert eventually(lambda: front.line.scaling.book.rows.get(2)) is not None
    assert hosts(front, 2) == 4
    assert reasons(front) == ["", ""]


def test_who_was_asked_before_it_went_blind_is_asked_again(careful: ScaleFront) -> None:
    assert SEEN not in careful.scale("shop +2")
    blinded(careful)
    assert careful.server.click("ana", careful.private("ana")[-1], CONFIRM).error is None
    eventually(lambda: ASKED in said(careful.private("ana")[-1]["blocks"]))
    assert careful.line.pools.acts == []
    assert careful.server.click("ana", careful.private("ana")[-1], CONFIRM).error is None
    assert hosts(careful, 2) == 6
