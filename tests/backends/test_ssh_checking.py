"""Commands as checks, on OpenSSH's own sshd and on the sandbox's hosts."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.backends.base import Answer
from bot.backends.ssh import SshProber
from bot.backends.ssh.checking import probe_of
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.report import Report
from bot.hurdles import HOST_KEY, LOGIN
from bot.model import Blind, Host, Probe
from bot.questions import CommandAsk
from bot.sandbox.hosts_keys import new_private_key
from tests.backends.places import SandboxPlace, SshPlace
from tests.waiting import eventually


@pytest.fixture
def count() -> int:
    return 1


Opened = Callable[..., SshProber]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens probers, and closes them at the end."""
    made: list[SshProber] = []

    def open_one(place: SshPlace, threads: int = 4, **changes: object) -> SshProber:
        made.append(SshProber(Connector(place.options(**changes)), threads))
        return made[-1]

    yield open_one
    for prober in made:
        prober.close()


def ask(host: Host, command: str, timeout: float = 20) -> CommandAsk:
    return CommandAsk(host, command, timedelta(seconds=timeout))


def answers(prober: SshProber, number: int) -> list[Answer]:
    found: list[Answer] = []

    def enough() -> bool:
        found.extend(prober.collect())
        return len(found) >= number

    eventually(enough, 60)
    return found


def probe(prober: SshProber, host: Host, command: str, timeout: float = 20) -> Probe:
    prober.submit([("check", ask(host, command, timeout))])
    (found,) = answers(prober, 1)
    return found.probe


def test_an_exit_status_of_0_is_well_and_any_other_is_told_with_the_last_line(
    ssh_place: SshPlace, opened: Opened
) -> None:
    prober, (host,) = opened(ssh_place), ssh_place.hosts
    seen = probe(prober, host, "echo fine; echo exit 7")
    assert (seen.ok, seen.cause, seen.blind) == (True, "", None)
    assert seen.latency > 0
    table = {
        "echo one; echo 'inactive exit 0' >&2; exit 3": r"exit status 3 after .*: inactive exit 0",
        "exit 255": r"exit status 255 after [^:]*",
        "no-such-program-there": r"exit status 127 after .*no-such-program-there.*not found",
        "printf 'a\\033[31mred\\n\\n'; false": r"exit status 1 after .*: ared",
        "yes | head -c 3000000; echo last; false": r"exit status 1 after .*: last",
        "cat; exit 4": r"exit status 4 after [^:]*",
    }
    for command, cause in table.items():
        seen = probe(prober, host, command)
        assert (seen.ok, seen.blind, seen.hurdle) == (False, None, None)
        assert re.fullmatch(cause, seen.cause), seen.cause


def test_the_hosts_variables_are_there(sandbox: SandboxPlace, opened: Opened) -> None:
    (host,) = sandbox.hosts
    named = replace(host, vars={**host.vars, "ZONE": "b; exit 9 '"})
    assert probe(opened(sandbox), named, f'test "$ZONE" = "b; exit 9 \'" && test "$POINTSMAN_HOST" = {host.name}').ok


def test_a_command_that_runs_too_long_is_ended(ssh_place: SshPlace, opened: Opened) -> None:
    (host,) = ssh_place.hosts
    seen = probe(opened(ssh_place), host, "echo waiting; exec sleep 300", 1)
    assert not seen.ok
    assert seen.cause == "did not end within 1 s: waiting"


def test_a_host_that_cannot_be_reached_is_down_and_well_again_later(ssh_place: SshPlace, opened: Opened) -> None:
    prober, (host,) = opened(ssh_place), ssh_place.hosts
    assert probe(prober, host, "true").ok
    ssh_place.unplug(host)
    seen = probe(prober, host, "true")
    assert (seen.ok, seen.blind) == (False, None)
    assert seen.cause
    ssh_place.plug(host)
    assert probe(prober, host, "true").ok


def test_without_a_key_that_is_let_in_nothing_is_known(ssh_place: SshPlace, opened: Opened) -> None:
    (host,) = ssh_place.hosts
    seen = probe(opened(ssh_place, private_key=new_private_key()), host, "true")
    assert (seen.ok, seen.blind, seen.hurdle) == (False, Blind.UNKNOWN, LOGIN)
    assert seen.cause.startswith("not asked: ")
    assert "did not accept the key" in seen.cause


def test_a_host_whose_key_is_not_trusted_is_not_asked(ssh_place: SshPlace, opened: Opened) -> None:
    (host,) = ssh_place.hosts
    strangers = ssh_place.root / "strangers"
    strangers.touch()
    seen = probe(opened(ssh_place, known_hosts=strangers), host, "true")
    assert (seen.ok, seen.blind, seen.hurdle) == (False, Blind.UNKNOWN, HOST_KEY)
    assert seen.cause.startswith("could not be asked: ")


def test_one_connection_serves_one_check_after_another(sandbox: SandboxPlace, opened: Opened) -> None:
    prober, (host,) = opened(sandbox, threads=1), sandbox.hosts
    prober.submit([(str(number), ask(host, 'echo "$SSH_CONNECTION" >>seen')) for number in range(5)])
    assert all(answer.probe.ok for answer in answers(prober, 5))
    assert len(set((sandbox.home(host) / "seen").read_text().splitlines())) == 1


def test_hosts_that_hang_take_no_more_threads_than_allowed(sandbox: SandboxPlace, opened: Opened) -> None:
    prober = opened(sandbox, threads=3)
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        hung = Host("hung", "deploy", "127.0.0.1", silent.getsockname()[1])
        begun = time.monotonic()
        prober.submit([(f"hang{number}", ask(hung, "true", 1)) for number in range(20)])
        assert time.monotonic() - begun < 60  # it waits for nobody
        assert threading.active_count() <= before + 3 + 3  # paramiko has one for each connection
        assert prober.collect() == []


def test_closing_drops_what_has_not_begun(sandbox: SandboxPlace) -> None:
    prober, (host,) = SshProber(Connector(sandbox.options()), 1), sandbox.hosts
    prober.close()
    prober.submit([("late", ask(host, "true"))])
    prober.close()
    assert prober.collect() == []


@pytest.mark.parametrize(
    ("fields", "tail", "cause"),
    [
        ({"exit": ["3"]}, "a\n\n  b \n\n", "exit status 3 after 41 ms: b"),
        ({"exit": ["3"]}, "", "exit status 3 after 41 ms"),
        ({"exit": ["124"]}, "x", "did not end within 10 s: x"),
        ({"exit": ["137"]}, "", "did not end within 10 s"),
        ({}, "", "exit status -1 after 41 ms"),
    ],
)
def test_the_cause_has_the_status_and_the_last_line(fields: dict[str, list[str]], tail: str, cause: str) -> None:
    assert probe_of(Report(fields, tail), 0.041, 10) == Probe(False, 0.041, None, cause)
