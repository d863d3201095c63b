"""The copies of repositories that git fetches into: kept tidy, and nobody is held up by what others left there."""

import fcntl
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.git import TIDIED, GitSource
from bot.errors import RepositoryUnreachable
from tests.backends.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "shop")


@pytest.fixture
def source(tmp_path: Path) -> GitSource:
    return GitSource(tmp_path / "copies", timedelta(seconds=20))


def test_a_copy_is_cleaned_up_by_one_fetch_of_some(project: Project, source: GitSource, tmp_path: Path) -> None:
    source.resolve(str(project.repo), project.commit())
    (copy,) = (tmp_path / "copies").iterdir()
    for name, value in {"fetch.unpackLimit": "1", "gc.autoPackLimit": "1"}.items():
        subprocess.run(["git", f"--git-dir={copy}", "config", name, value], check=True)
    for number in range(1, TIDIED):
        source.resolve(str(project.repo), project.commit())
        assert len(list(copy.glob("objects/pack/*.pack"))) == number
    source.resolve(str(project.repo), project.commit())
    assert len(list(copy.glob("objects/pack/*.pack"))) == 1


def test_what_a_killed_fetch_left_behind_is_cleared_away(project: Project, source: GitSource, tmp_path: Path) -> None:
    project.commit()
    source.resolve(str(project.repo), "main")
    (copy,) = (tmp_path / "copies").iterdir()
    for stale in ("packed-refs.lock", "refs/heads/main.lock", "config.lock"):
        (copy / stale).touch()
    sha = project.commit()
    assert source.resolve(str(project.repo), "main") == sha


def test_copies_may_be_deleted_at_any_time(project: Project, source: GitSource, tmp_path: Path) -> None:
    sha = project.commit()
    source.resolve(str(project.repo), "main")
    shutil.rmtree(tmp_path / "copies")
    assert source.resolve(str(project.repo), "main") == sha


def test_a_directory_that_cannot_be_made_is_told(project: Project, tmp_path: Path) -> None:
    project.commit()
    (tmp_path / "file").touch()
    with pytest.raises(RepositoryUnreachable, match=r"no copy can be made in .*file/copies: Not a directory"):
        GitSource(tmp_path / "file" / "copies").resolve(str(project.repo), "main")


def test_a_fetch_that_does_not_end_holds_up_the_next_only_for_its_patience(
    project: Project, source: GitSource, tmp_path: Path
) -> None:
    project.commit()
    source.resolve(str(project.repo), "main")
    (copy,) = (tmp_path / "copies").iterdir()
    hurried = GitSource(tmp_path / "copies", timedelta(seconds=0.3))
    with (copy / "pointsman").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RepositoryUnreachable, match="does not end"):
            hurried.resolve(str(project.repo), "main")
