import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.database import Database
from bot.state.fleets import KEPT, Fleets
from bot.state.schema import apply_all
from bot.watch import FleetPart
from tests.building import NOW, TARGET, seconds


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def fleets(db: Database) -> Fleets:
    return Fleets(db)


def test_the_newest_is_what_was_kept_last(fleets: Fleets) -> None:
    assert fleets.newest() is None
    assert fleets.keep("version: 1\n", NOW)
    assert fleets.keep("version: 1 # ü\n", NOW)
    assert fleets.newest() == "version: 1 # ü\n"


def test_the_same_text_is_kept_once_until_another_came_between(fleets: Fleets) -> None:
    assert [fleets.keep(text, NOW) for text in ("a", "a", "b", "a")] == [True, False, True, True]


def test_what_changed_for_a_target_is_that_of_the_newest_file_that_changed_it(fleets: Fleets) -> None:
    hosts, repo = FleetPart("shop", "production", ("hosts",)), FleetPart("shop", "", ("repo",))
    assert fleets.changed(TARGET, NOW) == []
    fleets.keep("a", NOW, [FleetPart("shop", "production", ("path",))])
    fleets.keep("b", NOW + seconds(1), [repo, hosts, FleetPart("shop", "staging"), FleetPart("api", "")])
    fleets.keep("c", NOW + seconds(2), [FleetPart("api", "", ("repo",))])
    assert fleets.changed(TARGET, NOW + seconds(9)) == [(NOW + seconds(1), repo), (NOW + seconds(1), hosts)]
    assert [at for at, _ in fleets.changed(TARGET, NOW)] == [NOW]
    fleets.keep("d", NOW + seconds(3), [FleetPart()])
    assert fleets.changed(TARGET, NOW + seconds(9)) == [(NOW + seconds(3), FleetPart())]


def test_what_changed_goes_with_its_version(fleets: Fleets) -> None:
    fleets.keep("first", NOW, [FleetPart("shop", "", ("repo",))])
    for number in range(KEPT):
        fleets.keep(str(number), NOW)
    assert fleets.changed(TARGET, NOW) == []


def test_only_so_many_versions_stay(db: Database, fleets: Fleets) -> None:
    for number in range(KEPT + 5):
        fleets.keep(str(number), NOW)
    with db.reading() as here:
        kept = [row["text"] for row in here.table("fleets").rows_where(order_by="id")]
    assert kept == [str(number) for number in range(5, KEPT + 5)]
    assert fleets.newest() == str(KEPT + 4)


def test_a_trouble_has_one_number_until_it_is_mended(fleets: Fleets) -> None:
    assert fleets.trouble() is None
    first = fleets.troubled(NOW)
    assert fleets.troubled(NOW + seconds(60)) == first
    assert fleets.trouble() == (first, NOW)
    fleets.mended(NOW + seconds(90))
    assert fleets.trouble() is None
    assert fleets.troubled(NOW + seconds(120)) == first + 1


def test_mending_what_is_whole_changes_nothing(fleets: Fleets) -> None:
    fleets.mended(NOW)
    assert fleets.trouble() is None


def test_two_who_see_the_same_trouble_give_it_one_number(fleets: Fleets) -> None:
    barrier = threading.Barrier(4)
    numbers: list[int] = []

    def see() -> None:
        barrier.wait()
        numbers.append(fleets.troubled(NOW))

    threads = [threading.Thread(target=see) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [1, 1, 1, 1]
