"""A commit asked for by its SHA: fetched together with all else, and kept."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.git import GitSource
from bot.errors import RefUnknown
from tests.backends.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "shop")


@pytest.fixture
def source(tmp_path: Path) -> GitSource:
    return GitSource(tmp_path / "copies", timedelta(seconds=60))


def kept(tmp_path: Path) -> set[str]:
    """The refs of the copy."""
    (copy,) = (tmp_path / "copies").iterdir()
    said = subprocess.run(
        ["git", f"--git-dir={copy}", "for-each-ref", "--format=%(refname)"], check=True, capture_output=True, text=True
    )
    return set(said.stdout.split())


def test_it_comes_with_branches_and_tags_and_is_kept(project: Project, source: GitSource, tmp_path: Path) -> None:
    first, second = project.commit(), project.commit()
    project.git("tag", "1.0.0")
    assert source.resolve(str(project.repo), first.upper()) == first
    assert kept(tmp_path) == {"refs/heads/main", "refs/tags/1.0.0", f"refs/pointsman/{first}"}
    assert source.commits_between(str(project.repo), first, second)[0][0].sha == second


def test_one_that_no_branch_holds_any_more_is_had_and_stays_comparable(
    project: Project, source: GitSource, tmp_path: Path
) -> None:
    base = project.commit()
    lost = project.commit(files={"a": "lost"})
    project.git("reset", "--hard", "--quiet", base)
    assert source.resolve(str(project.repo), lost) == lost
    project.commit(files={"b": "new"})
    source.resolve(str(project.repo), "main")  # prunes
    assert f"refs/pointsman/{lost}" in kept(tmp_path)
    assert [one.sha for one in source.commits_between(str(project.repo), base, lost)[0]] == [lost]


def test_a_server_that_gives_only_branches_and_tags_is_asked_for_those(
    project: Project, source: GitSource, tmp_path: Path
) -> None:
    source.resolve(str(project.repo), project.commit())
    (copy,) = (tmp_path / "copies").iterdir()
    subprocess.run(["git", f"--git-dir={copy}", "config", "protocol.version", "0"], check=True)
    inner, lost = project.commit(), project.commit(files={"a": "lost"})
    project.git("reset", "--hard", "--quiet", inner)
    project.commit(files={"b": "tip"})
    assert source.resolve(str(project.repo), inner) == inner
    assert f"refs/pointsman/{inner}" in kept(tmp_path)
    with pytest.raises(RefUnknown):
        source.resolve(str(project.repo), lost)


def test_one_that_is_nowhere_is_unknown_and_what_came_meanwhile_is_here(
    project: Project, source: GitSource, tmp_path: Path
) -> None:
    project.commit()
    with pytest.raises(RefUnknown) as refused:
        source.resolve(str(project.repo), "a" * 40)
    assert refused.value.ref == "a" * 40
    assert kept(tmp_path) == {"refs/heads/main"}


def test_a_tag_by_its_own_sha_is_the_commit_that_it_names_and_a_tree_is_none(
    project: Project, source: GitSource
) -> None:
    sha = project.commit()
    project.git("tag", "--annotate", "--message", "one", "1.0.0")
    assert source.resolve(str(project.repo), project.git("rev-parse", "1.0.0")) == sha
    with pytest.raises(RefUnknown):
        source.resolve(str(project.repo), project.git("rev-parse", "HEAD^{tree}"))
