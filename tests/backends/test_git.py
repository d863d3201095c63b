"""Releases from real git repositories."""

import os
import shutil
import socket
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.git import GitSource
from bot.errors import RefUnknown, RepositoryUnreachable
from bot.model import Step
from tests.backends.project import IDENTITY, Project

HOSTILE = ["-x", "--upload-pack=touch x", "a b", "a..b", "main^", "main~1", "a:b", "@{-1}", "@", "", "a\nb", "/a", "a/"]
HOSTILE += [
    ".a",
    "a.lock",
    "a//b",
    "x" * 201,
    "$(id)",
    "`id`*",
    "a\\b",
    "refs/heads/..",
    "main\x00",
    "+main",
    "main@{1}",
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "shop")


@pytest.fixture
def source(tmp_path: Path) -> GitSource:
    return GitSource(tmp_path / "copies", timedelta(seconds=20))


def unknown(source: GitSource, project: Project, ref: str) -> tuple[str, ...]:
    with pytest.raises(RefUnknown) as refused:
        source.resolve(str(project.repo), ref)
    assert refused.value.ref == ref
    return refused.value.near


def test_branches_tags_and_shas_become_the_full_sha(project: Project, source: GitSource) -> None:
    sha = project.commit()
    project.git("tag", "1.0.0")
    project.git("tag", "--annotate", "1.0.1", "--message", "Release")
    project.git("branch", "feature/gift-wrap")
    for ref in ("main", "1.0.0", "1.0.1", "feature/gift-wrap", "HEAD", sha, sha.upper(), sha[:7], sha[:4].upper()):
        assert source.resolve(str(project.repo), ref) == sha


def test_a_tag_wins_over_a_branch_and_over_a_short_sha(project: Project, source: GitSource) -> None:
    old = project.commit()
    project.git("tag", "release")
    project.git("tag", project.commit()[:7])
    tagged = project.git("rev-parse", "HEAD")
    new = project.commit()
    project.git("branch", "release")
    assert source.resolve(str(project.repo), "release") == old
    assert source.resolve(str(project.repo), tagged[:7]) == tagged
    assert source.resolve(str(project.repo), "main") == new


def test_a_branch_that_moved_is_seen_and_one_that_went_is_gone(project: Project, source: GitSource) -> None:
    project.commit()
    project.git("branch", "old")
    assert source.resolve(str(project.repo), "old")
    project.git("branch", "--delete", "--force", "old")
    moved = project.commit()
    assert source.resolve(str(project.repo), "main") == moved
    assert unknown(source, project, "old") == ()


def test_a_branch_that_becomes_a_folder_of_branches_is_no_trouble(project: Project, source: GitSource) -> None:
    sha = project.commit()
    project.git("branch", "team")
    source.resolve(str(project.repo), "team")
    project.git("branch", "--move", "team", "team/ana")
    assert source.resolve(str(project.repo), "team/ana") == sha


def test_a_forced_push_is_followed_and_the_old_commit_stays_comparable(project: Project, source: GitSource) -> None:
    project.commit()
    lost = project.commit(files={"a": "lost"})
    assert source.resolve(str(project.repo), "main") == lost
    project.git("reset", "--hard", "--quiet", "HEAD~1")
    new = project.commit(files={"b": "new"})
    assert source.resolve(str(project.repo), "main") == new
    coming, going = source.commits_between(str(project.repo), new, lost)
    assert ([each.sha for each in coming], [each.sha for each in going]) == ([lost], [new])


@pytest.mark.parametrize("ref", HOSTILE)
def test_what_cannot_be_a_ref_never_reaches_git(project: Project, source: GitSource, ref: str) -> None:
    project.commit()
    unknown(source, project, ref)


def test_an_unknown_ref_is_told_with_the_nearest(project: Project, source: GitSource) -> None:
    project.commit()
    for name in ("1.4.0", "1.4.1", "2.0.0", "checkout", "search"):
        project.git("tag", name)
    assert unknown(source, project, "chekout")[0] == "checkout"
    assert set(unknown(source, project, "1.4.2")) >= {"1.4.0", "1.4.1"}
    assert len(unknown(source, project, "1.4")) <= 3
    assert unknown(source, project, "deadbeef") == ()
    assert unknown(source, project, "d" * 40) == ()


def test_a_short_sha_that_fits_several_commits_names_them(project: Project, source: GitSource) -> None:
    person = "Ana Lima <ana@shop.example> 1760000000 +0000"
    history = "".join(f"commit refs/heads/main\ncommitter {person}\ndata 5\n{number:05}\n" for number in range(1000))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=project.repo, input=history.encode(), check=True)
    shas = project.git("rev-list", "main").split()
    prefix, count = Counter(sha[:4] for sha in shas).most_common(1)[0]
    assert count > 1
    near = unknown(source, project, prefix)
    assert sorted(near) == sorted(sha[:8] for sha in shas if sha.startswith(prefix))


def test_a_tag_of_something_else_than_a_commit_is_no_release(project: Project, source: GitSource) -> None:
    project.commit()
    project.git("tag", "blob", "HEAD:test.sh")
    assert "blob" in unknown(source, project, "blob")


def test_an_empty_repository_has_no_default_branch(project: Project, source: GitSource) -> None:
    assert unknown(source, project, "HEAD") == ()
    assert source.names(str(project.repo)) == []


def test_a_known_full_sha_needs_no_repository(project: Project, source: GitSource) -> None:
    sha = project.commit()
    source.resolve(str(project.repo), "main")
    shutil.rmtree(project.repo)
    assert source.resolve(str(project.repo), sha) == sha
    with pytest.raises(RepositoryUnreachable) as refused:
        source.resolve(str(project.repo), "main")
    assert "does not appear to be a git repository" in str(refused.value)
    assert source.names(str(project.repo)) == ["main"]


@pytest.mark.parametrize(
    "repo",
    ["/nowhere/at/all.git", "--upload-pack=touch hacked", "ext::sh -c touch% hacked", "http://127.0.0.1:1/x.git", ""],
)
def test_a_repository_that_cannot_be_fetched_is_told_with_gits_words(
    source: GitSource, repo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RepositoryUnreachable, match=r"cannot be fetched: (fatal|error): "):
        source.resolve(repo, "main")
    assert not list(tmp_path.rglob("hacked"))


def test_a_repository_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = GitSource(tmp_path / "copies", timedelta(seconds=0.5))
        with pytest.raises(RepositoryUnreachable, match=r"did not answer within 0\.5 s"):
            source.resolve(f"git://127.0.0.1:{silent.getsockname()[1]}/shop.git", "main")


def test_a_token_in_the_address_is_not_told(source: GitSource) -> None:
    with pytest.raises(RepositoryUnreachable) as refused:
        source.resolve("http://ana:t0ken@127.0.0.1:1/shop.git", "main")
    assert "t0ken" not in str(refused.value)
    assert "***@127.0.0.1" in str(refused.value)


def test_commits_between_are_newest_first_and_only_what_is_new(project: Project, source: GitSource) -> None:
    old, *new = project.commit(), project.commit(), project.commit()
    source.resolve(str(project.repo), "main")
    commits, going = source.commits_between(str(project.repo), old, new[-1])
    assert [(each.sha, each.author, each.subject) for each in commits] == [
        (sha, "Ana Lima", "Change") for sha in reversed(new)
    ]
    assert going == []
    assert source.commits_between(str(project.repo), new[-1], old) == ([], commits)
    assert source.commits_between(str(project.repo), old, old) == ([], [])


def test_commits_between_fetches_what_is_not_here_and_has_no_words_for_what_is_nowhere(
    project: Project, source: GitSource
) -> None:
    old, new = project.commit(), project.commit()
    assert [each.sha for each in source.commits_between(str(project.repo), old, new)[0]] == [new]
    assert source.commits_between(str(project.repo), "d" * 40, new) == ([], [])
    with pytest.raises(RefUnknown):
        source.commits_between(str(project.repo), "--all", new)


def test_commits_of_two_lines_that_parted_are_told_apart_each_newest_first(project: Project, source: GitSource) -> None:
    project.commit()
    ours = [project.commit(files={"a": "1"}), project.commit(files={"a": "2"})]
    project.git("checkout", "--quiet", "-b", "theirs", "HEAD~2")
    theirs = [project.commit(files={"b": "1"}), project.commit(files={"b": "2"}), project.commit(files={"b": "3"})]
    coming, going = source.commits_between(str(project.repo), theirs[-1], ours[-1])
    assert [each.sha for each in coming] == ours[::-1]
    assert [each.sha for each in going] == theirs[::-1]


def test_recent_commits_are_those_of_all_branches_newest_first_and_need_no_network(
    project: Project, source: GitSource
) -> None:
    repo = str(project.repo)
    assert source.recent(repo, 10) == []
    old, new = project.commit(), project.commit()
    project.git("checkout", "--quiet", "-b", "topic/x", old)
    aside = project.commit()
    source.resolve(repo, "main")
    project.repo.rename(project.repo.with_name("away"))
    assert {each.sha for each in source.recent(repo, 10)} == {old, new, aside}
    assert source.recent(repo, 10)[-1].sha == old
    assert len(source.recent(repo, 2)) == 2


def test_hostile_words_in_a_commit_are_only_words(project: Project, source: GitSource) -> None:
    old = project.commit()
    subject = "a\x1fb \x1b[31mred <!channel> $(id)"
    project.git("commit", "--allow-empty", "--quiet", "--author", "\x07Eve <eve@x>", "--message", subject)
    new = project.git("rev-parse", "HEAD")
    (commit,), _ = source.commits_between(str(project.repo), old, new)
    assert (commit.sha, commit.author, commit.subject) == (new, "Eve", "ab [31mred <!channel> $(id)")


def test_tags_name_their_commits_and_need_no_network(project: Project, source: GitSource) -> None:
    repo = str(project.repo)
    assert source.tags(repo) == {}
    first = project.commit()
    project.git("tag", "1.0.0")
    second = project.commit()
    project.git("tag", "--annotate", "--message", "Second", "1.1.0")
    source.resolve(repo, "main")
    shutil.rmtree(project.repo)
    assert source.tags(repo) == {"1.0.0": first, "1.1.0": second}


def test_names_are_newest_first_and_need_no_network(project: Project, source: GitSource) -> None:
    assert source.names(str(project.repo)) == []
    for number, name in enumerate(("1.0.0", "1.1.0", "0.9.9")):
        project.commit()
        stamp = f"2026-01-0{number + 1}T00:00:00Z"
        subprocess.run(
            ["git", *IDENTITY, "tag", "--annotate", name, "--message", name],
            cwd=project.repo,
            env={**os.environ, "GIT_COMMITTER_DATE": stamp},
            check=True,
        )
    source.resolve(str(project.repo), "main")
    shutil.rmtree(project.repo)
    assert source.names(str(project.repo)) == ["main", "0.9.9", "1.1.0", "1.0.0"]


def test_many_may_ask_at_once(project: Project, tmp_path: Path) -> None:
    sha = project.commit()
    sources = [GitSource(tmp_path / "copies") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda source: source.resolve(str(project.repo), "main"), sources)) == {sha}
    assert len(list((tmp_path / "copies").iterdir())) == 1


def test_two_repositories_of_one_name_are_kept_apart(tmp_path: Path, source: GitSource) -> None:
    one, other = Project.create(tmp_path / "a" / "shop"), Project.create(tmp_path / "b" / "shop")
    shas = [one.commit({Step.TEST: "one"}), other.commit({Step.TEST: "other"})]
    assert [source.resolve(str(each.repo), "main") for each in (one, other)] == shas
