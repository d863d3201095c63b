"""What the steps do with a repository, run by this machine's own sh and git."""

import subprocess
from pathlib import Path

import pytest

from bot.backends.base import Order, Site
from bot.backends.ssh.commands import course, work
from bot.backends.ssh.report import Report
from bot.model import Host, Step
from tests.backends.project import Project
from tests.backends.test_ssh_commands import run, spec

HOST = Host("web1", "deploy", "10.0.0.5", 22)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "repo")


def bring(home: Path, project: Project, order: str, sha: str, restart: str = "true", keep: int = 5) -> Report:
    site = Site("shop", "production", str(project.repo), "shop", {}, keep)
    commands = {
        Step.FETCH: spec(work.fetch(site.repo, sha)),
        Step.UNPACK: spec(work.unpack(order, sha)),
        Step.RESTART: spec(work.in_current(restart, {**work.of_host(HOST), **work.of_release(site, sha)})),
    }
    return run(home, course.bring(course.Frame(site, Order(order, sha), 60, 10), commands))


def refs(home: Path) -> list[str]:
    command = ["git", "--git-dir=shop/repo", "for-each-ref", "--format=%(refname:lstrip=2)"]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("left", ["shallow.lock", "refs/pointsman/{sha}.lock", "packed-refs.lock"])
def test_what_a_fetch_that_was_killed_left_locked_is_no_obstacle(tmp_path: Path, project: Project, left: str) -> None:
    home = tmp_path / "home"
    assert bring(home, project, "deploy-1", project.commit()).has("done")
    sha = project.commit({Step.TEST: "true"})
    (home / "shop/repo" / left.format(sha=sha)).touch()
    assert bring(home, project, "deploy-2", sha).has("done")
    assert not list((home / "shop/repo").rglob("*.lock"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_release_that_goes_takes_its_commit_along_wherever_git_keeps_it(
    tmp_path: Path, project: Project, packed: bool
) -> None:
    home, shas = tmp_path / "home", [project.commit(files={"word": f"{number}"}) for number in range(4)]
    for number, sha in enumerate(shas):
        assert bring(home, project, f"deploy-{number}", sha, keep=2).has("done")
        if packed:
            subprocess.run(["git", "--git-dir=shop/repo", "pack-refs", "--all"], cwd=home, check=True)
    assert sorted(refs(home)) == sorted(shas[-2:])
    assert {path.name for path in (home / "shop/releases").iterdir()} == set(shas[-2:])


def test_a_commit_that_is_there_is_not_fetched_again(tmp_path: Path, project: Project) -> None:
    home, sha = tmp_path / "home", project.commit()
    assert bring(home, project, "deploy-1", sha).has("done")
    (home / "shop/.pointsman/complete" / sha).unlink()
    (home / "shop/current").unlink()
    project.repo.rename(tmp_path / "gone")
    report = bring(home, project, "deploy-2", sha)
    assert (report.all("step"), report.has("done")) == (["fetch", "unpack", "switch", "restart"], True)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("exit 3", "3"),
        ("false\ntrue", "1"),
        ("echo )", "2"),
        ("set +e; false; exit 5", "5"),
        ("exec sh -c 'exit 7'", "7"),
    ],
)
def test_a_command_of_the_fleet_file_ends_with_its_own_status_whatever_stands_in_it(
    tmp_path: Path, project: Project, command: str, status: str
) -> None:
    report = bring(tmp_path / "home", project, "deploy-1", project.commit(), restart=command)
    assert (report.get("step"), report.get("exit")) == ("restart", status)
