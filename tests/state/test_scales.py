import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Target
from bot.scales import Scaling, Stand
from bot.scaling import Change, Wish
from bot.state.database import Database
from bot.state.scale_grips import Grips
from bot.state.scale_notes import Notes
from bot.state.scale_wishes import Wishes
from bot.state.scales import Scales
from bot.state.schema import apply_all
from tests.building import NOW

SHOP, API = Target("shop", "production"), Target("api", "production")
OUT = Scaling(SHOP, 4, 6, "U0ANA", NOW)
IN = Scaling(SHOP, 6, 5, "pointsman", NOW, ("i-6",), "median CPU 20 %", "2 would do", undoes=3, incident=7)
HOUR = timedelta(hours=1)


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def scales(db: Database) -> Scales:
    return Scales(db)


def begun(scales: Scales, scaling: Scaling = OUT) -> Scaling:
    found = scales.begin(scaling, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("scaling", [OUT, IN, replace(OUT, target=API)])
def test_an_act_comes_back_as_it_was_written(scales: Scales, scaling: Scaling) -> None:
    found = begun(scales, scaling)
    assert found == replace(scaling, id=1, began_at=NOW)
    assert scales.running(scaling.target) == found
    assert scales.unfinished() == [found]
    assert found.order == f"scale-1-{int(NOW.timestamp())}"


def test_one_act_runs_at_a_time_in_one_place(scales: Scales) -> None:
    first = begun(scales)
    assert scales.begin(IN, NOW) is None
    assert begun(scales, replace(IN, target=API)).id != first.id
    assert scales.finish(first.id, Stand.DONE, "6 of 6 healthy", NOW)
    assert begun(scales, IN).stand is Stand.RUNNING


def test_of_four_that_begin_at_once_one_runs(scales: Scales) -> None:
    barrier = threading.Barrier(4)
    won: list[Scaling | None] = []

    def race() -> None:
        barrier.wait()
        won.append(scales.begin(OUT, NOW))

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sum(one is not None for one in won) == 1


def test_a_proposal_waits_and_is_begun_once(scales: Scales) -> None:
    asked = scales.propose(OUT)
    assert (asked.stand, scales.running(SHOP), scales.newest(SHOP, 5)) == (Stand.PROPOSED, None, [])
    assert scales.begin(asked, at(5)) == replace(asked, stand=Stand.RUNNING, began_at=at(5))
    assert scales.begin(asked, at(6)) is None
    assert not scales.cancel(asked.id, at(7))


def test_a_cancelled_proposal_is_never_begun(scales: Scales) -> None:
    asked = scales.propose(OUT)
    assert scales.cancel(asked.id, NOW)
    assert not scales.cancel(asked.id, NOW)
    assert scales.begin(asked, NOW) is None


def test_a_proposal_that_cannot_run_now_may_be_begun_later(scales: Scales) -> None:
    asked, other = scales.propose(OUT), begun(scales, IN)
    assert scales.begin(asked, NOW) is None
    scales.finish(other.id, Stand.DONE, "", NOW)
    assert scales.begin(asked, NOW) is not None


def test_progress_is_news_once_and_an_end_is_one(scales: Scales) -> None:
    act = begun(scales)
    assert scales.progress(act.id, 6, 4)
    assert not scales.progress(act.id, 6, 4)
    assert scales.progress(act.id, 6, 5)
    assert scales.finish(act.id, Stand.SHORT, "5 of 6 healthy", at(74))
    assert not scales.finish(act.id, Stand.DONE, "", at(75))
    assert not scales.progress(act.id, 6, 6)
    ended = scales.get(act.id)
    assert ended is not None
    assert (ended.stand, ended.result, ended.reached, ended.well) == (Stand.SHORT, "5 of 6 healthy", 6, 5)
    assert ended.finished_at == at(74)


def test_changes_are_told_as_far_as_they_came_oldest_first(scales: Scales) -> None:
    for before, after, reached in ((4, 6, 6), (6, 9, 7), (7, 8, 7)):
        act = begun(scales, replace(OUT, before=before, after=after))
        scales.progress(act.id, reached, reached)
        scales.finish(act.id, Stand.SHORT, "", NOW)
    running = begun(scales, replace(OUT, before=7, after=9))
    other = begun(scales, replace(OUT, target=API))
    assert scales.all_changes(NOW - HOUR) == {
        SHOP: (Change(NOW, 4, 6), Change(NOW, 6, 7), Change(NOW, 7, 9)),
        API: (Change(NOW, other.before, other.after),),
    }
    assert scales.all_changes(NOW) == {}
    assert [act.id for act in scales.newest(SHOP, 2)] == [running.id, running.id - 1]


def test_what_came_nowhere_is_told_until_something_reaches_all_again(scales: Scales) -> None:
    for ends, (before, after, reached) in enumerate([(4, 6, 4), (4, 5, None), (4, 9, 7), (7, 7, 7)]):
        act = begun(scales, replace(OUT, before=before, after=after))
        if reached is not None:
            scales.progress(act.id, reached, reached)
        scales.finish(act.id, Stand.SHORT, "", at(ends))
    begun(scales, replace(OUT, before=7, after=9))
    other = begun(scales, replace(OUT, target=API))
    assert scales.all_failures(NOW - HOUR) == {SHOP: (Change(at(0), 4, 6), Change(at(1), 4, 5))}
    assert scales.all_failures(NOW) == {}
    running = scales.running(SHOP)
    assert running is not None
    scales.finish(running.id, Stand.DONE, "", at(9))
    scales.finish(other.id, Stand.SHORT, "", at(9))
    assert scales.all_failures(NOW - HOUR) == {API: (Change(at(9), other.before, other.after),)}


def test_a_hold_takes_the_place_of_another_and_ends_once(db: Database) -> None:
    grips = Grips(db)
    first = grips.take(SHOP, "U0ANA", NOW, NOW + HOUR)
    second = grips.take(SHOP, "U0BEN", at(5), NOW + 2 * HOUR)
    other = grips.take(API, "U0ANA", NOW, NOW + HOUR)
    assert grips.standing() == {SHOP: second, API: other}
    assert grips.of(SHOP) == second
    assert first.live(NOW)
    assert not first.live(NOW + HOUR)
    assert [grip.id for grip in grips.lapsed(NOW + HOUR)] == [other.id]
    ended = grips.end(SHOP, "U0CID", at(9))
    assert ended == replace(second, ended_at=at(9), ended_by="U0CID")
    assert not ended.live(at(9))
    assert grips.end(SHOP, "U0CID", at(9)) is None
    assert grips.of(SHOP) is None


def test_the_same_wish_again_is_one_row_that_grows_longer(db: Database) -> None:
    wishes = Wishes(db)
    for second, hosts in enumerate((4, 4, 4, 6, 4)):
        wishes.note([(SHOP, hosts), (API, 2)], at(second))
    assert wishes.since(NOW) == {
        SHOP: (Wish(at(2), 4), Wish(at(3), 6), Wish(at(4), 4)),
        API: (Wish(at(4), 2),),
    }
    assert wishes.since(at(3)) == {SHOP: (Wish(at(4), 4),), API: (Wish(at(4), 2),)}
    wishes.prune(at(4))
    assert wishes.since(NOW) == {SHOP: (Wish(at(4), 4),), API: (Wish(at(4), 2),)}


def test_what_stands_is_said_once_until_it_is_over(db: Database) -> None:
    notes = Notes(db)
    assert notes.over(SHOP, "blind") is None
    assert notes.since(SHOP, "blind", NOW) == NOW
    assert notes.since(SHOP, "blind", at(60)) == NOW
    assert [notes.say(SHOP, "blind") for _ in range(2)] == [True, False]
    assert not notes.say(API, "blind")
    assert notes.over(SHOP, "blind") == NOW
    assert notes.since(SHOP, "blind", at(90)) == at(90)
    assert notes.over(SHOP, "blind") is None  # it was never said


def test_what_an_incident_began_by_itself_is_known_the_newest_first(scales: Scales) -> None:
    for number, act in enumerate((replace(IN, requester="U0ANA"), IN, replace(IN, incident=None), IN)):
        begun = scales.begin(act, at(number))
        assert begun is not None
        scales.finish(begun.id, Stand.DONE, "", at(number))
    assert [one.id for one in scales.reliefs(SHOP, "pointsman", at(0))] == [4, 2]
    assert [one.id for one in scales.reliefs(SHOP, "pointsman", at(1))] == [4]
    assert scales.reliefs(API, "pointsman", at(0)) == []
