"""The fences around the tests hold."""

import errno
import os
import socket
import threading
from pathlib import Path

import pytest

from tests.conftest import FOREIGN, is_here
from tests.programs import missing, need, need_file


@pytest.mark.parametrize(
    ("family", "address", "here"),
    [
        (socket.AF_INET, ("127.0.0.1", 80), True),
        (socket.AF_INET, ("127.9.9.9", 80), True),
        (socket.AF_INET, ("localhost", 80), True),
        (socket.AF_INET6, ("::1", 80, 0, 0), True),
        (socket.AF_UNIX, "/tmp/socket", True),
        (socket.AF_INET, ("192.0.2.1", 80), False),
        (socket.AF_INET, ("slack.com", 443), False),
        (socket.AF_INET6, ("2001:db8::1", 80, 0, 0), False),
    ],
)
def test_only_this_machine_counts_as_here(family: int, address: object, here: bool) -> None:
    assert is_here(family, address) is here


def test_a_connection_to_elsewhere_is_refused_as_without_a_network() -> None:
    with socket.socket() as outside:
        with pytest.raises(OSError, match="no network") as refused:
            outside.connect(("192.0.2.1", 80))
        assert refused.value.errno == errno.ENETUNREACH
        assert outside.connect_ex(("192.0.2.1", 80)) == errno.ENETUNREACH


def test_a_connection_to_this_machine_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=lambda: server.accept()[0].close())
        answering.start()
        with socket.create_connection(server.getsockname(), timeout=5) as inside:
            assert inside.recv(1) == b""
        answering.join(5)


def test_nothing_of_the_person_who_runs_the_tests_leaks_in() -> None:
    assert not [name for name in os.environ if FOREIGN.match(name)]
    assert not (Path.home() / ".ssh").exists()


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "SSH_AUTH_SOCK", "https_proxy", "NO_PROXY", "GIT_DIR", "LOG_LEVEL"]
)
def test_foreign_variables_are_recognised(name: str) -> None:
    assert FOREIGN.match(name)


@pytest.mark.parametrize("name", ["PATH", "HOME", "CI", "LANG", "TMPDIR"])
def test_a_machines_own_variables_stay(name: str) -> None:
    assert not FOREIGN.match(name)


def test_a_program_that_is_here_is_found() -> None:
    assert need("no-such-program", "sh").endswith("/sh")


def test_a_missing_program_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        need("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not installed"):
        need("no-such-program")


def test_a_missing_file_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run npm"):
        need_file(tmp_path / "absent", "run npm")
    assert need_file(tmp_path, "") == tmp_path
    with pytest.raises(pytest.fail.Exception, match="for a reason"):
        missing("for a reason")
