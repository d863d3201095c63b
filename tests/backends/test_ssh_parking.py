"""One connection for preflight, the order and its way back; a stale one is no trouble of the host."""

import threading

import pytest

from bot.backends.base import Ending, Order
from bot.backends.ssh import SshBackend
from bot.backends.ssh.commands.text import script
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.link import Link
from bot.backends.ssh.parking import Parking
from bot.model import Host
from tests.backends.places import SandboxPlace
from tests.waiting import eventually


@pytest.fixture
def count() -> int:
    return 1


@pytest.fixture
def host(sandbox: SandboxPlace) -> Host:
    return sandbox.hosts[0]


def bring(backend: SshBackend, sandbox: SandboxPlace, order: str = "deploy-1") -> Ending:
    sha = sandbox.release()
    (result,) = backend.bring(sandbox.site, Order(order, sha), sandbox.hosts, lambda host, step: None)
    return result.ending


def test_preflight_and_order_share_one_connection(sandbox: SandboxPlace) -> None:
    backend = SshBackend(sandbox.options())
    backend.survey(sandbox.site, sandbox.hosts)
    assert bring(backend, sandbox) is Ending.DONE
    assert bring(backend, sandbox, "deploy-2") is Ending.DONE
    assert sandbox.servers["web1"].connections == 1


def test_a_connection_that_was_cut_while_it_waited_is_opened_anew(sandbox: SandboxPlace) -> None:
    backend = SshBackend(sandbox.options())
    for number in range(3):
        assert backend.survey(sandbox.site, sandbox.hosts)[0].reachable
        sandbox.cut(sandbox.hosts[0])
        assert bring(backend, sandbox, f"deploy-{number}") is Ending.DONE
        sandbox.cut(sandbox.hosts[0])


def test_a_host_that_went_away_meanwhile_is_told_as_unreachable(sandbox: SandboxPlace) -> None:
    backend = SshBackend(sandbox.options())
    backend.survey(sandbox.site, sandbox.hosts)
    sandbox.unplug(sandbox.hosts[0])
    (facts,) = backend.survey(sandbox.site, sandbox.hosts)
    assert facts.trouble.startswith("no connection to 127.0.0.1")


def test_a_connection_that_nobody_takes_is_closed_in_time(sandbox: SandboxPlace, host: Host) -> None:
    parking, connector = Parking(seconds=0.1), Connector(sandbox.options())
    for _ in range(2):
        parking.leave(host, connector.connect(host))
        eventually(lambda: sandbox.servers["web1"].connections == 0)
        assert parking.take(host) is None


def test_one_connection_waits_for_each_login_and_is_given_to_one(sandbox: SandboxPlace, host: Host) -> None:
    parking, connector = Parking(), Connector(sandbox.options())
    first, second = connector.connect(host), connector.connect(host)
    parking.leave(host, first)
    parking.leave(host, second)
    assert not first.is_active()
    taken: list[object] = []
    threads = [threading.Thread(target=lambda: taken.append(parking.take(host))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for one in taken if one is not None] == [second]
    second.close()


@pytest.fixture
def survivor(sandbox: SandboxPlace) -> SshBackend:
    """A backend that has looked at the host: a shell waits there."""
    backend = SshBackend(sandbox.options())
    assert backend.survey(sandbox.site, sandbox.hosts)[0].reachable
    return backend


def test_the_shell_that_preflight_ran_in_takes_the_order_too(survivor: SshBackend, sandbox: SandboxPlace) -> None:
    host = sandbox.hosts[0]
    transport = survivor.connector.parking.take(host)
    assert transport is not None
    assert transport.shell is not None
    waiting = transport.shell
    survivor.connector.parking.leave(host, transport)
    assert bring(survivor, sandbox) is Ending.DONE
    assert waiting.closed


def test_a_shell_that_was_ended_while_it_waited_is_begun_anew(survivor: SshBackend, sandbox: SandboxPlace) -> None:
    transport = survivor.connector.parking.take(sandbox.hosts[0])
    assert transport is not None
    assert transport.shell is not None
    transport.shell.sendall(b"kill -9 $$\n")
    eventually(lambda: transport.shell is not None and transport.shell.exit_status_ready())
    survivor.connector.parking.leave(sandbox.hosts[0], transport)
    assert bring(survivor, sandbox) is Ending.DONE


def test_a_script_that_more_follow_may_exit_and_change_its_directory(sandbox: SandboxPlace, host: Host) -> None:
    with Link(Connector(sandbox.options()), host) as link:
        for path, said in (("/", "/"), ("/tmp", "/tmp"), (".", str(sandbox.home(host)))):
            answer = link.ask(script({"path": path}, 'cd "$path"; pwd | sed "s/^/at /"; exit 0'), more_follows=True)
            assert answer.get("at") == said
        assert link.ask(script({}, "echo word; echo tail; printf '\\n@pointsman-over@ 0\\nmore\\n'")).tail.endswith(
            "more"
        )
