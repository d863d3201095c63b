from collections.abc import Callable
from pathlib import Path

import pytest

from bot.engine.stepping import Stepping
from bot.model import HostState, Step
from bot.records import HostLine
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.host_steps import HostSteps
from bot.state.schema import apply_all
from tests.building import NOW, names, seconds
from tests.engine.watching import HandClock


class Book:
    """A deploy's two tables, and who writes them."""

    def __init__(self, path: Path) -> None:
        self.db = Database(path)
        apply_all(self.db)
        self.clock = HandClock()
        self.hosts, self.steps = DeployHosts(self.db), HostSteps(self.db)
        self.stepping = Stepping(self.db, self.clock)
        self.hosts.save(1, [HostLine(name, 0) for name in names(3)], NOW)

    def at(self) -> dict[str, str]:
        """Host -> its step, of those that are being changed."""
        return {line.host: str(line.step) for line in self.hosts.of(1) if line.state is HostState.CHANGING}

    def kept(self, host: str) -> list[str]:
        return [step.step for step in self.steps.of(1) if step.host == host]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "state.db")


def test_the_first_step_of_an_order_is_written_before_the_host_goes_on(book: Book) -> None:
    begins = book.stepping.follow(1)
    begins("web1", Step.FETCH)
    assert book.at() == {"web1": "fetch"}
    begins("web2", Step.RESTART)
    assert book.at() == {"web1": "fetch", "web2": "restart"}


def test_further_steps_wait_for_the_next_write(book: Book) -> None:
    begins = book.stepping.follow(1)
    for step in (Step.FETCH, Step.UNPACK, Step.INSTALL):
        begins("web1", step)
        book.clock.sleep(seconds(7))
    assert (book.at(), book.kept("web1")) == ({"web1": "fetch"}, ["fetch"])
    book.stepping.write()
    assert (book.at(), book.kept("web1")) == ({"web1": "install"}, ["fetch", "unpack", "install"])


def test_a_step_is_kept_with_the_moment_at_which_it_began(book: Book) -> None:
    begins, since = book.stepping.follow(1), book.clock.now()
    for step in (Step.FETCH, Step.UNPACK):
        begins("web1", step)
        book.clock.sleep(seconds(7))
    book.stepping.write()
    assert [step.at - since for step in book.steps.of(1)] == [seconds(0), seconds(7)]


def test_the_first_step_of_another_host_takes_what_waits_along(book: Book) -> None:
    begins = book.stepping.follow(1)
    begins("web1", Step.FETCH)
    begins("web1", Step.UNPACK)
    begins("web2", Step.FETCH)
    assert book.at() == {"web1": "unpack", "web2": "fetch"}


def test_each_order_has_a_first_step_of_its_own(book: Book) -> None:
    """On the way back too: what runs there is not sure any more from then on."""
    book.stepping.follow(1)("web1", Step.FETCH)
    book.hosts.mark(1, ["web1"], HostState.HEALTHY, NOW)
    book.stepping.follow(1)("web1", Step.SWITCH)
    assert book.at() == {"web1": "switch"}


def test_what_could_not_be_written_waits_on_and_keeps_its_order(book: Book) -> None:
    def broken(act: Callable[[], None]) -> None:
        with book.db.transaction():
            act()
            book.db.here.execute("DROP TABLE host_steps")
            book.stepping.further(1, "web1", Step.INSTALL)
            book.stepping.write()

    begins = book.stepping.follow(1)
    begins("web1", Step.FETCH)
    with pytest.raises(Exception, match="host_steps"):
        broken(lambda: begins("web1", Step.UNPACK))
    book.stepping.write()
    assert book.kept("web1") == ["fetch", "unpack", "install"]


def test_with_nothing_that_waits_nothing_is_written(book: Book) -> None:
    other = Database(book.db.path, busy_timeout=0.05)
    with other.transaction():
        book.stepping.write()  # would wait ten seconds for the other, and fail
    assert book.at() == {}
