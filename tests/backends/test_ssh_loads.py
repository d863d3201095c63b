"""How busy hosts are, on OpenSSH's own sshd and on the sandbox's hosts: they run here, so /proc is this machine's."""

import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.busy import Busy
from bot.backends.ssh import SshLoads
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.loads import Ticks, number, ticks
from bot.backends.ssh.parking import Parking
from bot.backends.ssh.report import Report
from bot.model import Host
from bot.questions.numbers import ProcLoad
from tests.backends.places import SandboxPlace, SshPlace
from tests.waiting import eventually

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
Opened = Callable[..., SshLoads]


@pytest.fixture
def count() -> int:
    return 2


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens readers, and closes them at the end."""
    made: list[SshLoads] = []

    def open_one(place: SshPlace, threads: int = 4, patience: float = 60.0) -> SshLoads:
        made.append(SshLoads(Connector(place.options(), 150.0), threads, patience))
        return made[-1]

    yield open_one
    for reader in made:
        reader.close()


def uptime() -> float:
    return float(Path("/proc/uptime").read_text().split()[0])


def time_passes() -> None:
    """So much that the counters of /proc move on."""
    begun = uptime()
    eventually(lambda: uptime() > begun + 0.3)


def asks(hosts: list[Host]) -> list[ProcLoad]:
    return [ProcLoad(host) for host in hosts]


def test_the_first_look_has_two_readings_and_each_later_one_is_compared_with_the_one_before(
    ssh_place: SshPlace, opened: Opened
) -> None:
    reader = opened(ssh_place)
    for minute in range(2):
        now = NOON + timedelta(minutes=minute, seconds=20)
        found = reader.read(asks(ssh_place.hosts), now)
        for busy in found:
            ((at, cpu),) = busy.points
            assert at == NOON + timedelta(minutes=minute)
            assert 0 <= cpu <= 100
            assert busy.load is not None
            assert busy.up_since is not None
            assert abs((now - busy.up_since).total_seconds() - uptime()) < 60
        time_passes()


def test_work_that_is_done_shows(ssh_place: SshPlace, opened: Opened) -> None:
    reader, asked = opened(ssh_place), asks(ssh_place.hosts[:1])
    reader.read(asked, NOON)
    begun = os.times()
    while os.times().user - begun.user < 1:  # a second of this core at least
        sum(range(1000))
    (busy,) = reader.read(asked, NOON + timedelta(minutes=1))
    assert busy.points[0][1] > 0


def test_one_connection_serves_every_minute(sandbox: SandboxPlace, opened: Opened) -> None:
    reader = opened(sandbox)
    for minute in range(3):
        assert all(busy.points for busy in reader.read(asks(sandbox.hosts), NOON + timedelta(minutes=minute)))
        time_passes()
    assert [server.connections for server in sandbox.servers.values()] == [1, 1]


def test_a_host_that_cannot_be_reached_is_missing_with_the_reason_and_the_others_are_there(
    ssh_place: SshPlace, opened: Opened
) -> None:
    reader, (gone, there) = opened(ssh_place), ssh_place.hosts
    reader.read(asks(ssh_place.hosts), NOON)
    ssh_place.unplug(gone)
    time_passes()
    missing, found = reader.read(asks([gone, there]), NOON + timedelta(minutes=1))
    assert (missing.points, missing.failed, missing.load) == ((), True, None)
    assert missing.trouble
    assert found.points
    ssh_place.plug(gone)
    time_passes()
    assert reader.read(asks([gone]), NOON + timedelta(minutes=2))[0].points


def test_a_host_that_never_answers_delays_nobody_and_is_not_asked_again_meanwhile(
    sandbox: SandboxPlace, opened: Opened
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = Host("slow", "deploy", "127.0.0.1", silent.getsockname()[1])
        reader = opened(sandbox, threads=2, patience=4.0)
        late, *found = reader.read(asks([slow, *sandbox.hosts]), NOON)
        assert late == Busy(trouble="the host did not answer in time", failed=True)
        assert all(busy.points for busy in found)
        assert reader.read(asks([slow]), NOON)[0] == late


class Slammed(socketserver.BaseRequestHandler):
    """Hangs up at once, as a host that is not itself."""

    def handle(self) -> None:
        self.request.close()


class Slamming(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Slammed)
        self.met = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        self.met += 1
        super().process_request(request, client_address)


@pytest.fixture
def slamming() -> Iterator[Slamming]:
    with Slamming() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_host_that_stays_away_is_asked_less_and_less_often_and_still_said_to_be_away(
    sandbox: SandboxPlace, opened: Opened, slamming: Slamming
) -> None:
    reader, away = opened(sandbox), Host("away", "deploy", "127.0.0.1", int(slamming.server_address[1]))
    asked_in: list[int] = []
    for minute in range(9):
        before = slamming.met
        (busy,) = reader.read(asks([away]), NOON + timedelta(minutes=minute))
        assert (busy.points, busy.failed, bool(busy.trouble)) == ((), True, True)
        if slamming.met > before:
            asked_in.append(minute)
    assert asked_in == [0, 1, 3, 7]


def test_nobody_waits_for_a_silent_host_once_it_is_closed(sandbox: SandboxPlace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as pool:
        slow = Host("slow", "deploy", "127.0.0.1", silent.getsockname()[1])
        reader = SshLoads(Connector(sandbox.options()), patience=600.0)
        reading = pool.submit(reader.read, asks([slow]), NOON)
        silent.accept()[0].close()
        reader.close()
        late = Busy(trouble="the host did not answer in time", failed=True)
        assert reading.result(timeout=60)[0].points == ()
        assert reader.read(asks(sandbox.hosts), NOON) == [late, late]


def test_a_reading_from_long_before_is_not_compared_with(sandbox: SandboxPlace, opened: Opened) -> None:
    reader, asked = opened(sandbox), asks(sandbox.hosts[:1])
    reader.read(asked, NOON)
    (busy,) = reader.read(asked, NOON + timedelta(hours=1))
    assert busy.points


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (Ticks(1000, 800, 10), Ticks(2000, 1300, 70), 50.0),
        (Ticks(1000, 800, 10), Ticks(2000, 800, 70), 100.0),
        (Ticks(1000, 800, 10), Ticks(2000, 1800, 70), 0.0),
        (Ticks(1000, 800, 10), Ticks(2000, 790, 70), 100.0),  # iowait may go back
        (Ticks(1000, 800, 10), Ticks(2000, 1900, 70), 0.0),
        (Ticks(1000, 800, 10), Ticks(1000, 800, 70), None),
        (Ticks(9000, 800, 900), Ticks(1000, 800, 30), None),  # began anew
        (Ticks(1000, 800, 900), Ticks(9000, 8000, 30), None),
    ],
)
def test_the_share_of_the_time_between_two_readings(before: Ticks, after: Ticks, share: float | None) -> None:
    assert after.share(before) == share


def answer(*stats: str, up: str = "90.5") -> Report:
    return Report({"stat": list(stats), "up": [up], "load": ["0.5"]})


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (answer("10 1 5 70 4 1 2 7 3 1"), [Ticks(100, 74, 90.5)]),  # guests are in user already
        (answer("10 1 5 70 4", "20 2 6 80 5"), [Ticks(90, 74, 89.5), Ticks(113, 85, 90.5)]),
        (answer("10 1 5 70"), []),
        (answer("10 x 5 70"), []),
        (answer(), []),
        (answer("10 1 5 70 4", up="soon"), []),
    ],
)
def test_an_answer_is_read_or_not_at_all(report: Report, expected: list[Ticks]) -> None:
    assert ticks(report) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("0.25", 0.25), ("12", 12.0), ("", None), ("1.2.3", None), ("nan", None)]
)
def test_a_number_of_proc(text: str, expected: float | None) -> None:
    assert number(text) == expected


def test_no_more_connections_are_kept_than_there_is_room_for(sandbox: SandboxPlace) -> None:
    parking, connector = Parking(seconds=60, most=1), Connector(sandbox.options())
    first, second = sandbox.hosts
    parking.leave(first, connector.connect(first))
    spare = connector.connect(second)
    parking.leave(second, spare)
    eventually(lambda: not spare.is_active())
    assert parking.take(second) is None
    kept = parking.take(first)
    assert kept is not None
    parking.leave(first, kept)
    parking.close()
    eventually(lambda: not kept.is_active())
    assert parking.take(first) is None
