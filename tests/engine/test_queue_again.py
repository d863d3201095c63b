"""The line when things go wrong: two servers at once, a kill at any statement, a restart, a defect."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.grammar import DeployTo
from bot.holds import Lock
from bot.model import DeployState
from bot.queue import Left, Place, Waiter
from bot.records import Decision, Deploy
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.queue import Queue
from tests.building import fleet_of
from tests.engine.dying import Doom, Killed, doomed
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

WAITING = DeployTo("shop", "production", "1.4.2", wait=True)
APPROVED = {"kind": "canary", "bake": None, "approve": True, "approve_within": "10m"}


def wait(line: Line, user: str = "U0BEN") -> Waiter:
    """Behind ana's lock, which is given back: the way is free, and nobody has looked yet."""
    taken = line.locks.lock("U0ANA", "shop", "production", "load test", None)
    place = line.queue.ask(user, WAITING)
    line.locks.unlock("U0ANA", "shop", "production")
    assert isinstance(taken, Lock)
    assert isinstance(place, Place)
    return place.waiter


def one_deploy(line: Line, waiter: Waiter) -> None:
    """It began once, and all was said once."""
    (deploy,) = line.journal.deploys.recent(9)
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    found = Queue(line.db).get(waiter.id)
    assert found is not None
    assert (found.how, found.deploy) == (Left.BEGUN, deploy.id)
    told = {key: text for key, text in line.messages().items() if key.startswith("queue:")}
    assert sorted(told) == [f"queue:{waiter.id}", f"queue:{waiter.id}:ended"]
    assert all(f"has begun as deploy {deploy.id}" in text for text in told.values())


def test_two_that_serve_the_line_at_once_begin_it_once(line: Line) -> None:
    waiter, barrier = wait(line), threading.Barrier(2)

    def race() -> None:
        barrier.wait()
        line.queue.serve()

    racers = [threading.Thread(target=race) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    one_deploy(line, waiter)


def test_one_taken_out_while_git_is_asked_does_not_begin(line: Line) -> None:
    waiter = wait(line)
    resolve = line.source.resolve

    def slowly(repo: str, ref: str) -> str:
        line.queue.leave("U0BEN", str(waiter.id))
        return resolve(repo, ref)

    line.source.resolve = slowly  # type: ignore[method-assign]
    line.queue.serve()
    assert line.journal.deploys.recent(9) == []
    assert "was taken out of the line by <@U0BEN>" in line.messages()[f"queue:{waiter.id}"]
    assert "deploy:1" not in line.messages()


def test_a_restart_forgets_nobody(tmp_path: Path) -> None:
    with line_on(tmp_path) as line:
        waiter = wait(line)
        line.stop()
        line.start()
        line.launch()
        line.queue.serve()
        one_deploy(line, waiter)


class HereOnly(Doom):
    """Only the statements of this thread count: workflows live on in theirs."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    def statement(self) -> None:
        if threading.get_ident() == self._thread:
            super().statement()


class Doomed(Line):
    def __init__(self, directory: Path) -> None:
        self.doom = HereOnly()
        super().__init__(directory)

    def open_database(self, path: Path) -> Database:
        return doomed(self.doom)(path)


@contextmanager
def doomed_line(directory: Path) -> Iterator[Doomed]:
    directory.mkdir()
    made = Doomed(directory)
    made.launch()
    try:
        yield made
    finally:
        made.stop()


def statements(directory: Path) -> int:
    """How many a turn takes that begins a deploy."""
    with doomed_line(directory) as line:
        wait(line)
        before = line.doom.seen
        line.queue.serve()
        taken = line.doom.seen - before
        line.ended(1)
        return taken


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
def test_killed_in_the_middle_of_a_turn_it_begins_once_all_the_same(tmp_path: Path, share: float) -> None:
    last = statements(tmp_path / "alive")
    with doomed_line(tmp_path / "killed") as line:
        waiter = wait(line)
        line.doom.after = round(share * last) - 1
        with pytest.raises(Killed):
            line.queue.serve()
        line.doom.after = None
        eventually(line.durable.stop, timeout=60)
        with closing(line.db):
            pass
        line.start()
        line.launch()
        line.queue.serve()
        one_deploy(line, waiter)


def test_a_turn_that_breaks_costs_nobody_the_place(line: Line) -> None:
    waiter, resolve = wait(line), line.source.resolve

    def broken(repo: str, ref: str) -> str:
        raise ZeroDivisionError("once")

    line.source.resolve = broken  # type: ignore[method-assign]
    with capture_logs() as said:
        line.queue.serve()
    assert [(entry["event"], bool(entry["exc_info"])) for entry in said] == [("a line got no turn; trying again", True)]
    line.source.resolve = resolve  # type: ignore[method-assign]
    line.queue.serve()
    one_deploy(line, waiter)


def test_a_waiting_approval_holds_others_back_no_longer_than_its_deadline(tmp_path: Path) -> None:
    """And leaves no lock behind: nobody found the release bad."""
    with line_on(tmp_path, fleet_of(("web1", "web2"), ((*PRODUCTION, "strategy"), APPROVED))) as line:
        line.clock.still = True
        asking = line.begin("1.5.0")
        question = eventually(lambda: line.journal.approvals.newest(asking.id))
        assert question is not None
        refused = line.ask("1.4.2", user="U0BEN")
        place = line.queue.ask("U0BEN", WAITING)
        assert isinstance(refused, Refusal)
        assert isinstance(place, Place)
        assert (refused.reason, place.number) == (Reason.BUSY, 1)
        line.clock.moment = question.expires_at
        line.ended(asking.id)
        line.fleet = fleet_of(("web1", "web2"))
        line.queue.serve()
        line.clock.still = False
        begun = line.journal.deploys.recent(1)[0]
        assert isinstance(begun, Deploy)
        assert (begun.requester, line.ended(begun.id).state) == ("U0BEN", DeployState.SUCCEEDED)
        late = line.journal.approvals.newest(asking.id)
        assert late is not None
        assert late.decision is Decision.EXPIRED
