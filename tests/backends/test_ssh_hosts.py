"""Many hosts, throttled and troubled ones, and repositories that mean no good."""

import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.base import Ending, HostFacts, HostResult, Order, Site, StepSpec
from bot.backends.ssh import HostKeys, SshBackend, SshOptions
from bot.errors import PointsmanError
from bot.model import Host, Step
from bot.sandbox.hosts_keys import new_private_key, public_line
from tests.backends.openssh import Sshd
from tests.backends.places import OpenSshPlace, SandboxPlace, SshPlace
from tests.backends.project import STEPS
from tests.programs import need


@pytest.fixture
def count() -> int:
    return 1


def bring(place: SshPlace, sha: str, order: str = "deploy-1", site: Site | None = None) -> list[HostResult]:
    return place.backend().bring(site or place.site, Order(order, sha), place.hosts, lambda host, step: None)


def survey(place: SshPlace, site: Site | None = None) -> HostFacts:
    return place.backend().survey(site or place.site, place.hosts)[0]


def test_twenty_hosts_are_brought_along_in_parallel(tmp_path: Path) -> None:
    place = OpenSshPlace(tmp_path, 20, need("sshd"))
    try:
        sha = place.project.commit({Step.TEST: _meet(tmp_path, 20)})
        assert {result.ending for result in bring(place, sha)} == {Ending.DONE}
        assert {place.runs(host, Step.RESTART) for host in place.hosts} == {1}
    finally:
        place.close()


def _meet(directory: Path, count: int) -> str:
    """A step that ends only when it runs on all hosts at the same time."""
    meeting = directory / "meeting"
    meeting.mkdir()
    return f'touch "{meeting}/$POINTSMAN_HOST"; while [ $(ls "{meeting}" | wc -l) -lt {count} ]; do sleep 0.05; done'


def test_no_more_hosts_at_a_time_than_allowed(tmp_path: Path) -> None:
    place = SandboxPlace(tmp_path, 4)
    busy = f'mkdir "{tmp_path}/busy" || exit 9; sleep 0.05; rmdir "{tmp_path}/busy"'
    try:
        order = Order("deploy-1", place.project.commit({Step.TEST: busy}))
        results = SshBackend(place.options(parallel=1)).bring(place.site, order, place.hosts, lambda host, step: None)
        assert {result.ending for result in results} == {Ending.DONE}
    finally:
        place.close()


@pytest.fixture
def throttled(tmp_path: Path) -> Iterator[tuple[SshOptions, Host]]:
    """An sshd that drops most handshakes when more than two are under way."""
    key = new_private_key()
    server = Sshd(need("sshd"), tmp_path / "web1", public_line(key), more="MaxStartups 2:80:5")
    server.start()
    yield (
        SshOptions(tmp_path / "known_hosts", key, HostKeys.ACCEPT_NEW),
        Host("web1", server.user, "127.0.0.1", server.port),
    )
    server.stop()


def test_handshakes_that_sshd_drops_are_tried_again(throttled: tuple[SshOptions, Host]) -> None:
    options, host = throttled
    site = Site("shop", "production", "repo", "shop", STEPS)
    facts = SshBackend(options).survey(site, [host] * 20)
    assert [each.trouble for each in facts if not each.reachable] == []


def test_a_host_where_nobody_listens_and_one_that_is_no_ssh_server_are_told_apart(sandbox: SandboxPlace) -> None:
    host = sandbox.hosts[0]
    sandbox.unplug(host)
    assert survey(sandbox).trouble == f"no connection to 127.0.0.1:{host.port}: Connection refused"
    name = replace(host, address="no-such-host.invalid")
    (facts,) = sandbox.backend().survey(sandbox.site, [name])
    assert facts.trouble.startswith("no connection to no-such-host.invalid:")


def test_a_host_that_takes_the_connection_and_says_nothing_is_given_up_in_time(sandbox: SandboxPlace) -> None:
    backend = SshBackend(sandbox.options(connect_timeout=timedelta(seconds=0.5)))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = replace(sandbox.hosts[0], port=silent.getsockname()[1])
        started = time.monotonic()
        (facts,) = backend.survey(sandbox.site, [host])
    assert time.monotonic() - started < 10
    assert not facts.reachable
    assert facts.trouble.startswith("the SSH handshake failed: ")


@pytest.mark.parametrize("path", ["shop", "deep/down/shop", 'it\'s a "shop" $HOME', "~/tilde", "-rf"])
def test_any_path_will_do(ssh_place: SshPlace, path: str) -> None:
    sha = ssh_place.release()
    site = ssh_place.project.site(path)
    (result,) = bring(ssh_place, sha, site=site)
    assert result.ending is Ending.DONE, result
    assert survey(ssh_place, site).current == sha
    assert (ssh_place.home(ssh_place.hosts[0]) / path.removeprefix("~/") / "current").is_symlink()


def test_an_absolute_path_is_taken_as_it_is(ssh_place: SshPlace, tmp_path: Path) -> None:
    site = ssh_place.project.site(f"{tmp_path}/srv/shop")
    assert [result.ending for result in bring(ssh_place, ssh_place.release(), site=site)] == [Ending.DONE]
    assert (tmp_path / "srv/shop/current").is_symlink()


def test_steps_know_where_they_run_and_get_the_hosts_vars_unharmed(sandbox: SandboxPlace) -> None:
    nasty = "a 'b' \"c\" $HOME `id` $(id) \\ ;\nsecond line"
    host = replace(sandbox.hosts[0], vars={**sandbox.hosts[0].vars, "NASTY": nasty})
    env = 'printf "%s|" "$POINTSMAN_SERVICE" "$POINTSMAN_ENVIRONMENT" "$POINTSMAN_RELEASE" "$POINTSMAN_HOST" "$PWD"'
    show = f'{env} >"$RAN/show-$0"; printf %s "$NASTY" >"$RAN/nasty"'.replace("$0", "{step}")
    sha = sandbox.project.commit({step: show.format(step=step) for step in (Step.TEST, Step.RESTART)})
    backend = sandbox.backend()
    (result,) = backend.bring(sandbox.site, Order("deploy-1", sha), [host], lambda *_: None)
    assert result.ending is Ending.DONE, result
    known = f"shop|production|{sha}|web1|"
    assert (sandbox.ran(host) / "show-test").read_text() == f"{known}{sandbox.path(host)}/releases/{sha}|"
    assert (sandbox.ran(host) / "show-restart").read_text() == f"{known}{sandbox.path(host)}/current|"
    assert (sandbox.ran(host) / "nasty").read_text() == nasty
    backend.restart(sandbox.site, Order("restart-1", ""), [host])
    assert (sandbox.ran(host) / "show-restart").read_text() == f"{known}{sandbox.path(host)}/current|"


def test_a_command_of_several_lines_stops_at_the_first_that_fails(sandbox: SandboxPlace) -> None:
    lines = StepSpec("false\necho went on", timedelta(seconds=10))
    site = replace(sandbox.site, steps={**STEPS, Step.TEST: lines})
    (result,) = bring(sandbox, sandbox.release(), site=site)
    assert (result.ending, result.exit_status, result.tail) == (Ending.KEPT, 1, "")


def test_a_repository_of_odd_names_and_links_arrives_as_it_is(ssh_place: SshPlace) -> None:
    files = {"a b": "1", "-rf": "2", "new\nline": "3", "ünï": "4", ".pointsman/complete/x": "5", "current": "6"}
    (ssh_place.project.repo / "link").symlink_to("/etc/passwd")
    (ssh_place.project.repo / "up").symlink_to("../../..")
    sha = ssh_place.project.commit(files=files)
    assert [result.ending for result in bring(ssh_place, sha)] == [Ending.DONE]
    release = ssh_place.path(ssh_place.hosts[0]) / "releases" / sha
    assert {name: (release / name).read_text() for name in files} == files
    assert (release / "link").readlink() == Path("/etc/passwd")
    assert survey(ssh_place).releases == {sha}


def test_a_step_that_floods_its_log_is_told_in_a_few_clean_lines(sandbox: SandboxPlace) -> None:
    flood = (
        "seq 1 200000; printf 'a\\033[31mred\\033[0m\\a\\r50%%\\r100%%\\n\\377\\n'; echo http://ana:t0ken@x/; exit 1"
    )
    (result,) = bring(sandbox, sandbox.project.commit({Step.TEST: flood}))
    lines = result.tail.split("\n")
    assert lines[-3:] == ["100%", "\ufffd", "http://***@x/"]
    assert (len(lines), lines[0]) == (30, "199974")


def test_a_repository_that_is_gone_keeps_the_old_release_and_says_why(ssh_place: SshPlace) -> None:
    old, new = ssh_place.release(), ssh_place.release()
    bring(ssh_place, old)
    shutil.rmtree(ssh_place.project.repo)
    (result,) = bring(ssh_place, new, "deploy-2")
    assert (result.ending, result.step) == (Ending.KEPT, Step.FETCH)
    assert "does not appear to be a git repository" in result.tail
    assert survey(ssh_place).current == old


def test_a_commit_that_no_branch_holds_is_still_brought_and_one_that_is_nowhere_is_not(ssh_place: SshPlace) -> None:
    first, lost = ssh_place.release(), ssh_place.release()
    ssh_place.project.git("reset", "--hard", "--quiet", first)
    assert [each.ending for each in bring(ssh_place, lost)] == [Ending.DONE]
    (result,) = bring(ssh_place, "d" * 40, "deploy-2")
    assert (result.ending, result.step) == (Ending.KEPT, Step.FETCH)
    assert survey(ssh_place).current == lost


def test_ids_and_shas_that_are_none_reach_no_host(sandbox: SandboxPlace) -> None:
    for order in (Order("../x", "a" * 40), Order("deploy-1", "main"), Order("deploy-1", "$(touch x)")):
        with pytest.raises(PointsmanError, match="nothing was sent to a host"):
            sandbox.backend().bring(sandbox.site, order, sandbox.hosts, lambda *_: None)
    assert not sandbox.path(sandbox.hosts[0]).exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("mkdir -p shop/current", "shop/current is a directory, not a link: move it away"),
        ("touch shop", "shop is no directory: move it away"),
    ],
)
def test_a_place_that_is_not_ours_to_take_is_told_before_and_refused_then(
    sandbox: SandboxPlace, spoil: str, words: str
) -> None:
    sandbox.servers["web1"].run(spoil)
    facts = survey(sandbox)
    assert (facts.reachable, facts.trouble) == (True, words)
    (result,) = bring(sandbox, sandbox.release())
    assert (result.ending, result.step) == (Ending.KEPT, None)
    assert result.cause


def test_too_little_room_and_missing_programs_are_told(sandbox: SandboxPlace, tmp_path: Path) -> None:
    (facts,) = SshBackend(sandbox.options(min_free=2**60)).survey(sandbox.site, sandbox.hosts)
    assert "MB free on the disk of shop, 1099511627776 MB are needed: make room" in facts.trouble
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "id", "df", "tail", "awk", "dirname", "git", "tar", "timeout", "stat", "readlink"):
        (programs / name).symlink_to(need(name))
    server = sandbox.servers["web1"]
    server.account = replace(server.account, env={**server.account.env, "PATH": str(programs)})
    assert survey(sandbox).trouble == (
        "lacks setsid, flock (package util-linux), a setsid that knows -f (package util-linux): install it there"
    )
