"""Files of a repository at a commit, as templates are read."""

from pathlib import Path

import pytest

from bot.backends.git import GitSource
from bot.errors import FileAbsent, RefUnknown, RepositoryUnreachable
from tests.backends.project import Project

PATH = "infra/shop.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "repo")


@pytest.fixture
def source(tmp_path: Path) -> GitSource:
    return GitSource(tmp_path / "mirrors")


def test_a_file_is_read_as_it_was_at_that_commit(project: Project, source: GitSource) -> None:
    first = project.commit(files={PATH: "Size: 1\n"})
    second = project.commit(files={PATH: "Size: 2 # ü\n"})
    repo = str(project.repo)
    source.resolve(repo, "main")
    assert [source.read_file(repo, sha, PATH) for sha in (first, second, first)] == [
        "Size: 1\n",
        "Size: 2 # ü\n",
        "Size: 1\n",
    ]


def test_a_commit_that_is_not_here_yet_is_fetched(project: Project, source: GitSource) -> None:
    sha = project.commit(files={PATH: "Size: 1\n"})
    assert source.read_file(str(project.repo), sha, PATH) == "Size: 1\n"


@pytest.mark.parametrize("path", ["infra/other.yaml", "infra", "-p", "../repo/x", ""])
def test_what_is_no_file_of_the_commit_is_said(project: Project, source: GitSource, path: str) -> None:
    sha = project.commit(files={PATH: "Size: 1\n"})
    with pytest.raises(FileAbsent, match="there is no file"):
        source.read_file(str(project.repo), sha, path)


@pytest.mark.parametrize("sha", ["main", "--help", "abc1234", "f" * 40])
def test_only_a_commits_full_name_is_read(project: Project, source: GitSource, sha: str) -> None:
    project.commit(files={PATH: "Size: 1\n"})
    with pytest.raises(RefUnknown):
        source.read_file(str(project.repo), sha, PATH)


def test_a_repository_that_is_away_is_said(source: GitSource, tmp_path: Path) -> None:
    with pytest.raises(RepositoryUnreachable):
        source.read_file(str(tmp_path / "nowhere"), "f" * 40, PATH)
