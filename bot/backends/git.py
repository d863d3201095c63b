"""Releases from git repositories, by the git command line: one bare copy of each under one directory."""

import fcntl
import hashlib
import itertools
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from rapidfuzz import process as nearest

from bot.backends.git_command import Done, git, last_words, redacted, valid_ref
from bot.errors import FileAbsent, RefUnknown, RepositoryUnreachable
from bot.records import Commit

FULL = re.compile(r"[0-9a-fA-F]{40}")
SHORT = re.compile(r"[0-9a-fA-F]{4,39}")

NEAR = 3
NEAR_SCORE = 50
"""Of 100; below it a name is no likely slip of the keyboard."""

BRANCHES_AND_TAGS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")

DEFAULT = "HEAD"
"""git's name for a repository's default branch."""

TIDIED = 25
"""Of so many fetches one asks git to look whether the copy needs a clean-up; asking costs a process."""

RECORD = "%H%x1f%an%x1f%s"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class GitSource:
    """Implements `base.Source`. Safe to use from many threads and processes at once."""

    def __init__(self, directory: Path, timeout: timedelta = timedelta(minutes=2)) -> None:
        self._directory = directory.expanduser()
        self._seconds = timeout.total_seconds()
        self._fetches = itertools.count()

    def resolve(self, repo: str, ref: str) -> str:
        """A tag wins over a branch of the same name, both over a short SHA. `HEAD` is the default branch."""
        if not valid_ref(ref):
            raise RefUnknown(ref, self._near(repo, ref))
        mirror = self._mirror(repo)
        if FULL.fullmatch(ref) and self._commit(mirror, ref.lower()):
            return ref.lower()
        with self._locked(mirror) as hold:
            if FULL.fullmatch(ref) and (sha := self._fetched_with(mirror, repo, ref.lower(), hold)):
                return sha
            self._fetch(mirror, repo, hold)
            sha = self._named(mirror, repo, ref, hold)
            if sha is None:
                raise RefUnknown(ref, self._near(repo, ref))
            self._git(mirror, "update-ref", _kept(sha), sha)
        return sha

    def commits_between(self, repo: str, old: str, new: str) -> tuple[list[Commit], list[Commit]]:
        """Empty too when one of them is no longer to be had."""
        mirror = self._mirror(repo)
        if not (FULL.fullmatch(old) and FULL.fullmatch(new)):
            raise RefUnknown(new if FULL.fullmatch(old) else old)
        command = ("log", "-z", "--left-right", f"--format=%m{RECORD}", "--end-of-options", f"{old}...{new}")
        log = self._git(mirror, *command)
        if not log.ok:  # one of them is not here
            with self._locked(mirror) as hold:
                self._fetch(mirror, repo, hold)
            log = self._git(mirror, *command)
        records = [record for record in log.output.split("\0") if record] if log.ok else []
        coming, going = ([_commit(one[1:]) for one in records if one[0] == side] for side in "><")
        return coming, going

    def committed_at(self, repo: str, sha: str) -> datetime | None:
        """None where there is no copy of the commit; nothing is fetched for it."""
        path = self._path(repo)
        if not FULL.fullmatch(sha) or not path.is_dir():
            return None
        said = self._git(path, "log", "-1", "--format=%ct", "--end-of-options", sha)
        return datetime.fromtimestamp(int(said.output), UTC) if said.ok else None

    def read_file(self, repo: str, sha: str, path: str) -> str:
        """The text of a file at a commit that was resolved before. Raises FileAbsent, RepositoryUnreachable."""
        mirror = self._holding(repo, sha)
        shown = self._git(mirror, "cat-file", "blob", f"{sha}:{path}")
        if not shown.ok:
            raise FileAbsent(path, sha)
        return shown.output

    def archive(self, repo: str, sha: str, prefix: str, into: IO[bytes]) -> None:
        """The tree of a commit as a tar, each name behind the prefix. Raises RefUnknown, RepositoryUnreachable."""
        mirror = self._holding(repo, sha)
        wanted = ("-c", "tar.umask=0022", "archive", "--format=tar", f"--prefix={prefix}", sha)
        done = git(mirror, wanted, self._seconds, into=into)
        if not done.ok:
            words = last_words(done.errors) if done.status is not None else f"no end within {self._seconds:g} s"
            raise RepositoryUnreachable(f"{sha[:7]} of {redacted(repo)} cannot be packed: {words}")

    def names(self, repo: str) -> list[str]:
        path = self._path(repo)
        if not path.is_dir():
            return []
        order = "--sort=-creatordate"
        listed = self._git(path, "for-each-ref", order, "--format=%(refname:lstrip=2)", "refs/tags", "refs/heads")
        return list(dict.fromkeys(listed.output.split()))

    def tags(self, repo: str) -> dict[str, str]:
        path = self._path(repo)
        if not path.is_dir():
            return {}
        form = "--format=%(refname:lstrip=2) %(objectname) %(*objectname)"  # the last one: what an annotated tag names
        listed = self._git(path, "for-each-ref", "--sort=-creatordate", form, "refs/tags")
        parts = [line.split() for line in listed.output.splitlines()]
        return {part[0]: part[-1] for part in parts if len(part) > 1}

    def recent(self, repo: str, most: int) -> list[Commit]:
        path = self._path(repo)
        if not path.is_dir():
            return []
        log = self._git(path, "log", "-z", "--branches", f"--max-count={most}", f"--format={RECORD}")
        return [_commit(record) for record in log.output.split("\0") if record] if log.ok else []

    def _named(self, mirror: Path, repo: str, ref: str, hold: int) -> str | None:
        if ref == DEFAULT:
            return self._default(mirror, repo, hold)
        if FULL.fullmatch(ref):
            return self._commit(mirror, ref.lower())
        for kind in ("tags", "heads"):
            if sha := self._commit(mirror, f"refs/{kind}/{ref}"):
                return sha
        return self._short(mirror, ref) if SHORT.fullmatch(ref) else None

    def _holding(self, repo: str, sha: str) -> Path:
        """The copy, once it has this commit."""
        mirror = self._mirror(repo)
        if not FULL.fullmatch(sha):
            raise RefUnknown(sha)
        if not self._commit(mirror, sha):
            self.resolve(repo, sha)
        return mirror

    def _commit(self, mirror: Path, name: str) -> str | None:
        """The commit of a full name; of an annotated tag the one it names. None for a tag of anything else."""
        found = self._git(mirror, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
        return found.output.strip() if found.ok else None

    def _short(self, mirror: Path, prefix: str) -> str | None:
        """Raises RefUnknown with the candidates when the prefix fits several commits."""
        objects = self._git(mirror, "rev-parse", f"--disambiguate={prefix.lower()}").output
        kinds = self._git(mirror, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=objects).output
        commits = [line.split()[0] for line in kinds.splitlines() if line.endswith(" commit")]
        if len(commits) > 1:
            raise RefUnknown(prefix, [sha[: len(prefix) + 4] for sha in commits])
        return commits[0] if commits else None

    def _default(self, mirror: Path, repo: str, hold: int) -> str | None:
        """None for a repository without a commit on its default branch."""
        ref = "refs/pointsman/HEAD"
        fetched = self._git(mirror, "fetch", "--quiet", "--no-tags", "--", repo, f"+HEAD:{ref}", hold=hold)
        return self._commit(mirror, ref) if fetched.ok else None

    def _fetched_with(self, mirror: Path, repo: str, sha: str, hold: int) -> str | None:
        """By one fetch of all branches and tags and of this commit, which none of them need hold any more. None where
        the server does not give it so.
        """
        done = self._fetching(mirror, repo, hold, f"+{sha}:{_kept(sha)}")
        return self._commit(mirror, sha) if done.ok else None

    def _fetch(self, mirror: Path, repo: str, hold: int) -> None:
        done = self._fetching(mirror, repo, hold)
        if not done.ok:
            raise RepositoryUnreachable(f"{redacted(repo)} cannot be fetched: {last_words(done.errors)}")

    def _fetching(self, mirror: Path, repo: str, hold: int, *more: str) -> Done:
        """All branches and tags, and more. Raises RepositoryUnreachable for a repository that does not answer."""
        # whoever left these was killed: the lock on the copy is ours
        for stale in [*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock")]:
            stale.unlink(missing_ok=True)
        options = ("--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head")
        tidying = f"maintenance.auto={str(next(self._fetches) % TIDIED == 0).lower()}"
        wanted = ("--", repo, *BRANCHES_AND_TAGS, *more)
        done = self._git(mirror, "-c", tidying, "fetch", *options, *wanted, hold=hold)
        if done.status is None:
            raise RepositoryUnreachable(f"{redacted(repo)} did not answer within {self._seconds:g} s: try again later")
        return done

    def _near(self, repo: str, ref: str) -> list[str]:
        found = nearest.extract(ref, self.names(repo), limit=NEAR, score_cutoff=NEAR_SCORE)
        return [name for name, _, _ in found]

    def _path(self, repo: str) -> Path:
        """The start of a hash keeps two repositories of one name apart."""
        name = re.sub(r"[^A-Za-z0-9._-]", "", repo.rstrip("/").rpartition("/")[2].removesuffix(".git"))[:40]
        return self._directory / f"{name}-{hashlib.sha256(repo.encode()).hexdigest()[:12]}.git"

    def _mirror(self, repo: str) -> Path:
        """The copy's directory, made whole or not at all."""
        path = self._path(repo)
        if path.is_dir():
            return path
        draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            draft.mkdir(parents=True)
            made = git(draft, ["init", "--quiet", "--bare"], self._seconds)
            if not made.ok:
                raise RepositoryUnreachable(f"no copy can be made in {self._directory}: {last_words(made.errors)}")
            draft.rename(path)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if path.is_dir():
                return path
            raise RepositoryUnreachable(f"no copy can be made in {self._directory}: {error.strerror}") from error
        return path

    @contextmanager
    def _locked(self, mirror: Path) -> Iterator[int]:
        """One fetch at a time, of whatever process: git holds the lock too, so a killed bot's fetch still counts."""
        deadline = time.monotonic() + self._seconds
        with (mirror / "pointsman").open("w") as file:
            while not _lock(file):
                if time.monotonic() > deadline:
                    raise RepositoryUnreachable(f"another fetch into {mirror} does not end: look at it")
                time.sleep(0.05)
            yield file.fileno()

    def _git(self, mirror: Path, *arguments: str, hold: int | None = None, stdin: str = "") -> Done:
        return git(mirror, arguments, self._seconds, hold, stdin)


def _kept(sha: str) -> str:
    """The ref by which what was once resolved stays comparable after a forced push."""
    return f"refs/pointsman/{sha}"


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _commit(record: str) -> Commit:
    sha, author, subject = record.split("\x1f", 2)
    return Commit(sha.strip(), CONTROL.sub("", author), CONTROL.sub("", subject))
