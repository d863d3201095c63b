"""The sandbox's SSH host, driven by a real client."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from bot.sandbox import processes
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from tests.sandbox.hosts_client import login, told
from tests.waiting import eventually

KEY = new_private_key()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SshHost]:
    host = SshHost("web1", tmp_path / "web1", public_line(KEY), env={"APP_PORT": "8001"})
    host.start()
    yield host
    host.stop()
    processes.stop_all(host.sandbox_id)


def test_a_command_answers_with_output_errors_and_status(host: SshHost) -> None:
    with login(host, KEY) as client:
        assert told(client, "echo out; echo err >&2; exit 7") == (7, "out\n", "err\n")


def test_a_command_reads_its_input(host: SshHost) -> None:
    with login(host, KEY) as client:
        assert told(client, "tr a-z A-Z", stdin="hello") == (0, "HELLO", "")


def test_a_command_runs_in_the_hosts_home_with_its_own_environment(
    host: SshHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    with login(host, KEY) as client:
        assert told(client, "pwd; echo $HOME $APP_PORT")[1] == f"{host.home}\n{host.home} 8001\n"
        assert "xoxb" not in told(client, "env")[1]
        assert told(client, "python3 -c 'print(1)'")[1] == "1\n"


def test_much_output_comes_whole(host: SshHost) -> None:
    with login(host, KEY) as client:
        status, output, _ = told(client, "seq 1 200000")
    assert (status, output.count("\n")) == (0, 200000)


def test_a_killed_command_answers_as_a_shell_would(host: SshHost) -> None:
    with login(host, KEY) as client:
        assert told(client, "kill -9 $$")[0] == 137


def test_a_strange_key_is_turned_away(host: SshHost) -> None:
    with pytest.raises(paramiko.AuthenticationException), login(host, new_private_key()):
        pass


def test_a_password_is_no_way_in(host: SshHost) -> None:
    with paramiko.Transport((host.address, host.port)) as transport:
        transport.start_client(timeout=10)
        with pytest.raises(paramiko.BadAuthenticationType) as refused:
            transport.auth_password("deploy", "secret")
    assert refused.value.allowed_types == ["publickey"]


def test_the_host_key_and_the_line_for_known_hosts_outlive_a_restart(host: SshHost, tmp_path: Path) -> None:
    line = host.known_hosts_line()
    host.stop()
    again = SshHost("web1", tmp_path / "web1", public_line(KEY), port=host.port)
    again.start()
    try:
        assert again.known_hosts_line() == line
        assert (host.home / ".ssh_host_ed25519_key").stat().st_mode & 0o777 == 0o600
    finally:
        again.stop()


def test_unplugging_cuts_what_is_connected_and_refuses_the_next(host: SshHost) -> None:
    with login(host, KEY) as client:
        transport = client.get_transport()
        assert transport is not None
        assert host.connections == 1
        host.unplug()
        eventually(lambda: not transport.is_active())
    with pytest.raises(ConnectionRefusedError), socket.create_connection((host.address, host.port)):
        pass


def test_plugging_in_again_serves_the_same_port_with_the_same_key(host: SshHost) -> None:
    port = host.port
    for _ in range(3):
        host.unplug()
        host.plug()
    assert host.port == port
    with login(host, KEY) as client:
        assert told(client, "echo back")[1] == "back\n"


def test_a_command_runs_on_when_its_connection_is_cut(host: SshHost) -> None:
    done = host.home / "done"
    with login(host, KEY) as client:
        client.exec_command("echo start > begun; while [ ! -e go ]; do sleep 0.05; done; echo end > done")
        eventually((host.home / "begun").exists)
        host.unplug()
    (host.home / "go").touch()
    assert eventually(done.exists)


def test_a_daemon_that_lets_go_of_its_output_does_not_hold_the_command(host: SshHost) -> None:
    started = time.monotonic()
    with login(host, KEY) as client:
        assert told(client, "setsid sleep 60 >/dev/null 2>&1 </dev/null & echo ok")[1] == "ok\n"
    assert time.monotonic() - started < 10


def test_run_is_like_a_command_that_came_by_ssh(host: SshHost) -> None:
    done = host.run("echo $APP_PORT; pwd >&2; exit 3")
    assert (done.returncode, done.stdout) == (3, f"8001\n{host.home}\n")


def test_stop_all_ends_what_carries_the_id_and_nothing_else(host: SshHost, tmp_path: Path) -> None:
    other = SshHost("web2", tmp_path / "web2", public_line(KEY))
    for each in (host, other):
        each.run("setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! > pid")
    host.run("setsid sh -c 'trap \"\" TERM; touch deaf; while :; do sleep 0.1; done' >/dev/null 2>&1 </dev/null &")
    eventually((host.home / "deaf").exists)
    try:
        assert processes.stop_all(host.sandbox_id, grace=0.3) >= 2
        assert processes.find(host.sandbox_id) == []
        assert len(processes.find(other.sandbox_id)) == 1
    finally:
        processes.stop_all(other.sandbox_id)


def test_only_a_process_of_the_sandbox_is_stopped_by_its_pid(host: SshHost) -> None:
    host.run("setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! > pid")
    pid = int((host.home / "pid").read_text())
    assert not processes.stop(pid, "another sandbox")
    assert processes.alive(pid, host.sandbox_id)
    assert processes.stop(pid, host.sandbox_id)
    assert not processes.alive(pid, host.sandbox_id)
    assert not processes.stop(pid, host.sandbox_id)
