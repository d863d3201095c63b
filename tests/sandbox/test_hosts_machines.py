"""The machine room: buttons on the page that act on hosts."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox import processes
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from bot.sandbox.hosts_machines import Machines
from bot.sandbox.shop import FILES
from tests.waiting import eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SshHost]:
    host = SshHost("web1", tmp_path / "web1", public_line(new_private_key()), env={"APP_PORT": str(free_port())})
    host.start()
    yield host
    host.stop()
    processes.stop_all(host.sandbox_id)


@pytest.fixture
def machines(host: SshHost) -> Machines:
    return Machines([host])


def deploy_by_hand(host: SshHost) -> None:
    release = host.home / "shop" / "releases" / ("a" * 40)
    shutil.copytree(FILES / "01-first", release)
    (release / "bin" / "restart").chmod(0o755)
    (host.home / "shop" / "current").symlink_to(f"releases/{'a' * 40}")
    done = host.run("cd shop/current && bin/restart")
    assert done.returncode == 0, done.stdout


def test_a_fresh_machine_says_that_nothing_is_deployed(host: SshHost, machines: Machines) -> None:
    assert machines.list() == [
        {
            "name": "web1",
            "address": f"127.0.0.1:{host.port}",
            "app": "stopped",
            "release": "",
            "detail": "nothing deployed yet",
        }
    ]
    assert machines.act("web1", "start")["app"] == "stopped"


def test_the_app_is_stopped_and_started_again(host: SshHost, machines: Machines) -> None:
    deploy_by_hand(host)
    assert machines.list()[0]["app"] == "running"
    assert machines.list()[0]["release"] == "0.9.0"
    stopped = machines.act("web1", "stop")
    assert (stopped["app"], stopped["detail"]) == ("stopped", "the application is stopped")
    assert processes.find(host.sandbox_id) == []
    started = machines.act("web1", "start")
    assert (started["app"], started["detail"]) == ("running", "")
    eventually(lambda: _answers(host))


def test_a_restart_leaves_one_app_running(host: SshHost, machines: Machines) -> None:
    deploy_by_hand(host)
    machines.act("web1", "start")
    eventually(lambda: _answers(host))
    assert len(processes.find(host.sandbox_id)) == 1


def test_stopping_twice_is_no_harm(host: SshHost, machines: Machines) -> None:
    deploy_by_hand(host)
    machines.act("web1", "stop")
    assert machines.act("web1", "stop")["app"] == "stopped"


def test_unplugging_is_told_and_leaves_the_app_alone(host: SshHost, machines: Machines) -> None:
    deploy_by_hand(host)
    unplugged = machines.act("web1", "unplug")
    assert unplugged["app"] == "running"
    assert unplugged["detail"] == "unplugged: no SSH connection gets through"
    assert machines.act("web1", "plug")["detail"] == ""


def test_unknown_words_are_refused(machines: Machines) -> None:
    with pytest.raises(KeyError):
        machines.act("web9", "stop")
    with pytest.raises(ValueError, match="what can: stop, start, unplug, plug"):
        machines.act("web1", "explode")


def _answers(host: SshHost) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(host.account.env["APP_PORT"]))) == 0


def test_hosts_that_come_and_go_are_in_the_room_while_they_are_there(host: SshHost) -> None:
    others: dict[str, SshHost] = {}
    machines = Machines([])
    machines.add(others)
    assert machines.list() == []
    others["web1"] = host
    assert [one["name"] for one in machines.list()] == ["web1"]
    assert machines.act("web1", "unplug")["detail"].startswith("unplugged")
    others.clear()
    with pytest.raises(KeyError):
        machines.act("web1", "plug")
