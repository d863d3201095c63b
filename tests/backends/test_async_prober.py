"""Many questions at once, in one thread, with what the bot does to them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.async_prober import AsyncProber
from bot.backends.base import Answer
from bot.backends.tcp import ask_tcp
from bot.hurdles import MACHINE
from bot.model import Blind, Probe
from bot.questions import TcpAsk
from tests.backends.talkers import hang, saying, talking
from tests.waiting import eventually

MANY = 300
ROOT = Path(__file__).parents[2]


@pytest.fixture
def prober() -> Iterator[AsyncProber]:
    prober = AsyncProber({TcpAsk: ask_tcp})
    yield prober
    prober.close()


def question(port: int, expect: str = "", timeout: float = 30) -> TcpAsk:
    return TcpAsk("127.0.0.1", port, timedelta(seconds=timeout), "", expect)


def answers(prober: AsyncProber, number: int) -> list[Answer]:
    found: list[Answer] = []

    def enough() -> bool:
        found.extend(prober.collect())
        return len(found) >= number

    eventually(enough, 60)
    return found


def test_every_tag_comes_back_once_with_its_own_answer(prober: AsyncProber) -> None:
    with talking(saying(b"hello\n")) as port:
        asked = {f"check{i}": "hello" if i % 3 else "bye" for i in range(60)}
        prober.submit([(tag, question(port, expect, 5 if expect == "hello" else 0.5)) for tag, expect in asked.items()])
        found = answers(prober, len(asked))
    assert {answer.tag: answer.probe.ok for answer in found} == {tag: text == "hello" for tag, text in asked.items()}
    assert prober.collect() == []


def test_hundreds_that_hang_delay_nobody_and_take_no_thread_each(prober: AsyncProber) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=MANY) as silent, talking(saying(b"hello\n")) as port:
        prober.submit([(f"hang{i}", question(silent.getsockname()[1], "never")) for i in range(MANY)])
        before = threading.active_count()
        prober.submit([("well", question(port, "hello"))])
        (found,) = answers(prober, 1)
        assert threading.active_count() <= before + 2  # the talker's own
    assert (found.tag, found.probe.ok) == ("well", True)


def test_more_than_may_be_open_at_once_wait_for_their_turn() -> None:
    prober = AsyncProber({TcpAsk: ask_tcp}, most=3)
    with talking(hang) as port:
        prober.submit([(f"check{i}", question(port)) for i in range(100)])
        assert all(answer.probe.ok for answer in answers(prober, 100))
    prober.close()


def test_an_asker_that_breaks_is_the_bots_trouble_and_not_the_targets(capsys: pytest.CaptureFixture[str]) -> None:
    async def broken(_question: TcpAsk) -> Probe:
        raise ZeroDivisionError

    prober = AsyncProber({TcpAsk: broken})
    prober.submit([("check", question(1))])
    (found,) = answers(prober, 1)
    prober.close()
    assert (found.probe.ok, found.probe.blind, found.probe.hurdle) == (False, Blind.UNKNOWN, MACHINE)
    assert "its log" in found.probe.cause


def test_closing_drops_what_is_being_asked_and_is_safe_twice() -> None:
    prober = AsyncProber({TcpAsk: ask_tcp})
    with talking(hang) as port:
        prober.submit([("hang", question(port, "never"))])
        prober.close()
        prober.close()
        prober.submit([("late", question(port))])
    assert prober.collect() == []


def test_one_that_was_never_asked_closes_too() -> None:
    AsyncProber({TcpAsk: ask_tcp}).close()


SLEEPER = """
import sys, time
from datetime import timedelta
from bot.backends.async_prober import AsyncProber
from bot.backends.tcp import ask_tcp
from bot.questions import TcpAsk

prober = AsyncProber({TcpAsk: ask_tcp})
prober.submit([("slow", TcpAsk("127.0.0.1", int(sys.argv[1]), timedelta(seconds=2), "", "done"))])
found = []
while not found:
    found = prober.collect()
    time.sleep(0.01)
print(found[0].probe.ok, found[0].probe.cause, flush=True)
prober.close()
"""


def test_a_failure_that_came_of_the_bots_own_sleep_is_asked_again() -> None:
    asked, may_answer = threading.Semaphore(0), threading.Event()

    def slow(connection: socket.socket) -> None:
        asked.release()
        may_answer.wait(60)
        connection.sendall(b"done")
        hang(connection)

    with talking(slow) as port:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", SLEEPER, str(port)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as bot:
            assert asked.acquire(timeout=60)
            bot.send_signal(signal.SIGSTOP)
            threading.Event().wait(4)  # longer than the question's time limit: the sleep is what is tested
            bot.send_signal(signal.SIGCONT)
            assert asked.acquire(timeout=60)  # asked a second time
            may_answer.set()
            output, _ = bot.communicate(timeout=60)
    assert output.startswith("True")


@pytest.mark.parametrize(("slept", "times"), [((10.0, 10.0), 2), ((0.0, 3600.0), 2), ((0.4, 0.4), 1)])
def test_a_failure_known_in_the_turn_of_waking_is_asked_again_too(slept: tuple[float, float], times: int) -> None:
    passed, asked = [0.0, 0.0], []

    async def asleep(_question: TcpAsk) -> Probe:
        asked.append(1)
        if len(asked) == 1:
            passed[:] = slept
        return Probe(len(asked) > 1, 0.0)

    prober = AsyncProber({TcpAsk: asleep}, passed=lambda: (passed[0], passed[1]))
    prober.submit([("check", question(1))])
    (found,) = answers(prober, 1)
    prober.close()
    assert (len(asked), found.probe.ok) == (times, times == 2)


def test_the_askers_run_in_one_loop() -> None:
    loops: set[int] = set()

    async def note(_question: TcpAsk) -> Probe:
        loops.add(id(asyncio.get_running_loop()))
        return Probe(True, 0.0)

    prober = AsyncProber({TcpAsk: note})
    prober.submit([(str(i), question(1)) for i in range(20)])
    answers(prober, 20)
    prober.close()
    assert len(loops) == 1
