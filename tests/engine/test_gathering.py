import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.engine.gathering import Gathering
from tests.waiting import eventually


class Book:
    """Writes when the test lets it, and holds what was written at once."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.begun: list[int] = []
        self.open = threading.Event()
        self.faults: list[Exception] = []

    def write(self, items: Sequence[int]) -> None:
        self.begun.append(len(items))
        assert self.open.wait(10)
        if self.faults:
            raise self.faults.pop()
        self.written.append(list(items))


@pytest.fixture
def book() -> Book:
    return Book()


def brought(pool: ThreadPoolExecutor, gathering: Gathering[int], items: Sequence[int]) -> list[Callable[[], None]]:
    return [pool.submit(gathering.put, item).result for item in items]


def test_what_comes_while_one_writes_is_written_all_at_once(book: Book) -> None:
    gathering = Gathering(book.write)
    with ThreadPoolExecutor(20) as pool:
        first = brought(pool, gathering, [0])
        eventually(lambda: book.begun)
        others = brought(pool, gathering, range(1, 20))
        eventually(lambda: len(gathering.waiting) == 19)
        book.open.set()
        for result in [*first, *others]:
            result()
    assert book.written[0] == [0]
    assert sorted(book.written[1]) == list(range(1, 20))
    assert len(book.written) == 2


def test_nobody_returns_before_it_is_written(book: Book) -> None:
    book.open.set()
    gathering = Gathering(book.write)

    def put(item: int) -> bool:
        gathering.put(item)
        return any(item in batch for batch in book.written)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put, range(200)))
    assert sorted(item for batch in book.written for item in batch) == list(range(200))


def test_a_failure_is_told_to_who_met_it_and_the_next_tries_again(book: Book) -> None:
    gathering = Gathering(book.write)
    with ThreadPoolExecutor(3) as pool:
        first = brought(pool, gathering, [0])
        eventually(lambda: book.begun)
        others = brought(pool, gathering, [1, 2])
        eventually(lambda: len(gathering.waiting) == 2)
        book.faults = [ValueError("second"), KeyError("first")]
        book.open.set()
        with pytest.raises(KeyError):
            first[0]()
        failed = sum(1 for result in others if _raises(result))
    assert failed == 1
    assert [sorted(batch) for batch in book.written] == [[1, 2]]
    gathering.put(3)
    assert book.written[-1] == [3]


def _raises(result: Callable[[], None]) -> bool:
    try:
        result()
    except ValueError:
        return True
    return False


def test_those_that_come_soon_after_a_writing_are_written_together(book: Book) -> None:
    """Nobody can be told to come within the time on a busy machine, so the time is long and the last one ends it."""
    book.open.set()
    gathering = Gathering(book.write, apart=1.0)
    gathering.put(0)
    with ThreadPoolExecutor(20) as pool:
        for result in brought(pool, gathering, range(1, 20)):
            result()
    assert sorted(item for items in book.written for item in items) == list(range(20))
    assert len(book.written) < 20
