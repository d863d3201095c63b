import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.backends.http import MOST, room_for_connections
from bot.backends.http_loop import AT_ONCE, Job, Loop
from bot.hurdles import MACHINE
from bot.model import Blind, Probe
from bot.questions import Ask
from bot.questions.conditions import Condition, Reply
from tests.backends.targets import running
from tests.waiting import eventually


@contextmanager
def turning(loop: Loop) -> Iterator[Loop]:
    thread = threading.Thread(target=loop.run)
    thread.start()
    yield loop
    loop.stop()
    thread.join()
    loop.close()


def test_after_an_error_of_its_own_the_loop_asks_again_what_was_under_way() -> None:
    answered: list[Probe] = []

    def broken(_probe: Probe, _asked_at: datetime) -> None:
        raise ZeroDivisionError

    with running() as target, capture_logs() as logs, turning(Loop(10, None, lambda: datetime.now(UTC), 0.01)) as loop:
        wait = timedelta(seconds=20)
        loop.put([Job(Ask(target.url("/once"), wait), lambda probe, _: answered.append(probe))])
        eventually(lambda: target.seen["/once"])
        loop.put([Job(Ask(target.url("/ok"), wait), broken)])
        eventually(lambda: answered)
    assert answered[0].ok
    assert target.seen["/once"] == 2
    assert target.seen["/ok"] == 1  # what broke it is not tried for ever
    assert [(line["log_level"], line["exc_info"]) for line in logs] == [("error", True)]


class Unjudgeable(Condition):
    def against(self, reply: Reply) -> str:
        raise ZeroDivisionError


def test_an_answer_that_cannot_be_judged_is_unknown_and_delays_nobody() -> None:
    answered: dict[str, Probe] = {}
    wait = timedelta(seconds=20)
    with running() as target, capture_logs() as logs, turning(Loop(10, None, lambda: datetime.now(UTC), 60)) as loop:
        odd, sound = Ask(target.url("/healthz"), wait, conditions=(Unjudgeable(),)), Ask(target.url("/ok"), wait)
        loop.put([Job(odd, lambda probe, _: answered.update(odd=probe))])
        eventually(lambda: answered)
        loop.put([Job(sound, lambda probe, _: answered.update(sound=probe))])
        eventually(lambda: len(answered) == 2)
    assert (answered["odd"].ok, answered["odd"].blind) == (False, Blind.UNKNOWN)
    assert answered["odd"].hurdle is MACHINE
    assert answered["odd"].cause == "the bot could not judge the answer; see its log"
    assert answered["sound"].ok
    assert [(line["log_level"], line["exc_info"]) for line in logs] == [("error", True)]


def test_urgent_questions_keep_their_order() -> None:
    answered: list[str] = []
    with running() as target:
        loop = Loop(1, None, lambda: datetime.now(UTC))

        def job(path: str) -> Job:
            return Job(Ask(target.url(path), timedelta(seconds=20)), lambda _probe, _at: answered.append(path))

        loop.put([job("/late")])
        loop.put([job("/first"), job("/second")], urgent=True)
        with turning(loop):
            eventually(lambda: len(answered) == 3)
    assert answered == ["/first", "/second", "/late"]


def test_what_was_begun_is_under_way_before_a_burst_is_begun_whole() -> None:
    """Nothing but the loop's own thread gets on while its clock is read."""
    begun: list[bool] = []

    def clock() -> datetime:
        begun.append(True)
        if len(begun) == AT_ONCE + 1:
            target.accept()[0].close()
            met.set()
        return datetime.now(UTC)

    met = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=AT_ONCE) as target:
        target.settimeout(60)
        loop = Loop(1000, None, clock)
        ask = Ask(f"http://127.0.0.1:{target.getsockname()[1]}/", timedelta(seconds=120))
        loop.put([Job(ask, lambda _probe, _at: None) for _ in range(2 * AT_ONCE)])
        with turning(loop):
            assert met.wait(90)


@pytest.mark.parametrize(
    ("soft", "room"),
    [(1024, 512), (20, 16), (100_000, MOST), (resource.RLIM_INFINITY, MOST)],
)
def test_connections_take_half_of_the_files_that_may_be_open(soft: int, room: int) -> None:
    assert room_for_connections(soft) == room
