"""The demo's application: the repository, and how each version behaves."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.sandbox import processes, shop
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from tests.waiting import eventually


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("repository") / "shop.git"
    shop.build(directory)
    return directory


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SshHost]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    host = SshHost("web1", tmp_path / "web1", public_line(new_private_key()), env={"APP_PORT": port})
    yield host
    processes.stop_all(host.sandbox_id)


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=True, text=True).stdout


def unpack(repository: Path, host: SshHost, ref: str) -> None:
    release = host.home / "release"
    release.mkdir()
    done = host.run(f"git --git-dir='{repository}' archive '{ref}' | tar -x -C release")
    assert done.returncode == 0, done.stdout


def answer(host: SshHost, path: str) -> tuple[int, str]:
    def ask() -> tuple[int, str] | None:
        try:
            response = requests.get(f"http://127.0.0.1:{host.account.env['APP_PORT']}{path}", timeout=5)
        except requests.ConnectionError:
            return None
        return response.status_code, response.text

    found = eventually(ask)
    assert found is not None
    return found


def test_the_shas_are_the_same_on_every_machine(repository: Path, tmp_path: Path) -> None:
    assert shop.build(tmp_path / "again.git") == shop.build(repository)
    assert shop.build(repository)["1.1.0"] == git(repository, "rev-parse", "1.1.0^{commit}").strip()


def test_the_repository_has_versions_and_branches_by_several_people(repository: Path) -> None:
    tags, branches = {"1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"}, {"main", "reviews", "discounts", "stock"}
    assert set(shop.build(repository)) == tags | branches
    assert set(git(repository, "log", "--all", "--format=%an").split("\n")) >= {"Ana Lima", "Ben Okafor", "Cid Novak"}
    assert git(repository, "fsck", "--strict") == ""


def test_main_is_a_little_after_the_last_good_version(repository: Path) -> None:
    assert git(repository, "log", "--format=%s", "1.1.0..main") == "Tell in the readme what /healthz means\n"
    assert git(repository, "show", "main:VERSION") == "1.1.0\n"


@pytest.mark.parametrize(
    ("version", "passes"), [("1.0.0", 0), ("1.1.0", 0), ("1.2.0", 0), ("1.3.0", 1), ("1.4.0", 0), ("main", 0)]
)
def test_the_steps_before_the_restart_end_as_the_demo_needs_them(
    repository: Path, host: SshHost, version: str, passes: int
) -> None:
    unpack(repository, host, version)
    assert host.run(f"cd release && {shop.STEPS['install']}").returncode == 0
    tested = host.run(f"cd release && {shop.STEPS['test']}")
    assert tested.returncode == passes, tested.stdout


@pytest.mark.parametrize(
    ("version", "status", "body"),
    [
        ("1.0.0", 200, "ok\n"),
        ("1.1.0", 200, "ok\n"),
        ("1.2.0", 503, "database: no such table: reviews\n"),
        ("1.4.0", 200, "ok\n"),
    ],
)
def test_the_health_check_answers_as_the_demo_needs_it(
    repository: Path, host: SshHost, version: str, status: int, body: str
) -> None:
    unpack(repository, host, version)
    restarted = host.run(f"cd release && {shop.STEPS['restart']}")
    assert restarted.returncode == 0, restarted.stdout
    assert answer(host, "/healthz") == (status, body)
    assert f"release {version}" in answer(host, "/")[1]


def test_a_restart_is_quick_and_replaces_the_old_process(repository: Path, host: SshHost) -> None:
    unpack(repository, host, "1.1.0")
    host.run("cd release && bin/restart")
    first = (host.home / "shop.pid").read_text()
    answer(host, "/healthz")
    started = time.monotonic()
    assert host.run("cd release && bin/restart").returncode == 0
    assert time.monotonic() - started < 5
    assert (host.home / "shop.pid").read_text() != first
    answer(host, "/healthz")
    assert len(processes.find(host.sandbox_id)) == 1


def test_a_restart_without_a_port_says_what_is_missing(repository: Path, tmp_path: Path) -> None:
    host = SshHost("web2", tmp_path / "web2", public_line(new_private_key()))
    unpack(repository, host, "1.1.0")
    done = host.run("cd release && bin/restart")
    assert done.returncode != 0
    assert "say which port the shop shall listen on" in done.stdout
