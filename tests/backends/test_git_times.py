"""When a commit was made, as the lead time of a deploy needs it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.backends.git import GitSource
from tests.backends.project import Project


def test_a_commit_knows_when_it_was_made_and_nothing_is_fetched_for_it(tmp_path: Path) -> None:
    project, source = Project.create(tmp_path / "shop"), GitSource(tmp_path / "copies")
    sha, repo = project.commit(), str(project.repo)
    assert source.committed_at(repo, sha) is None
    source.resolve(repo, "main")
    assert source.committed_at(repo, sha) == datetime.fromtimestamp(int(project.git("log", "-1", "--format=%ct")), UTC)
    for unknown in ("0" * 40, "main", f"sha256:{'0' * 64}"):
        assert source.committed_at(repo, unknown) is None
