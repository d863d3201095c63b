"""Releases packed to be pushed: once, without a name on the disk, and no longer than anybody wants them."""

import gzip
import io
import tarfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

from bot.backends.git import GitSource
from bot.backends.ssh.parcels import CHUNK, PLAIN, Delivery, Parcel, Parcels, nothing_to_push
from bot.errors import RefUnknown, RepositoryUnreachable, SourceError
from tests.backends.project import Project
from tests.waiting import eventually

SHA = "0123456789abcdef0123456789abcdef01234567"


class Store:
    """Stands for the bot's copy of a repository: `size` bytes for each release."""

    def __init__(self, size: int = 100, trouble: Exception | None = None) -> None:
        self.size, self.trouble = size, trouble
        self.asked: list[tuple[str, str, str]] = []

    def archive(self, repo: str, sha: str, prefix: str, into: IO[bytes]) -> None:
        self.asked.append((repo, sha, prefix))
        if self.trouble:
            raise self.trouble
        into.write(b"x" * self.size)


def all_of(parcel: Parcel, start: int = 0) -> bytes:
    return b"".join(parcel.chunks(start))


def test_many_hosts_at_once_have_it_packed_once(tmp_path: Path) -> None:
    store = Store()
    parcels = Parcels(store.archive, tmp_path)
    with ThreadPoolExecutor(20) as pool:
        got = set(pool.map(lambda _: parcels.of("repo", SHA), range(100)))
    assert len(got) == 1
    assert store.asked == [("repo", SHA, f"releases/.new-{SHA}/")]
    assert parcels.of("other", SHA) not in got


def test_it_has_no_name_on_the_disk(tmp_path: Path) -> None:
    parcel = Parcels(Store().archive, tmp_path).of("repo", SHA)
    assert list(tmp_path.iterdir()) == []
    assert all_of(parcel) == b"x" * 100


@pytest.mark.parametrize("start", [0, 1, CHUNK, CHUNK + 5, 3 * CHUNK])
def test_it_is_read_in_chunks_from_anywhere(tmp_path: Path, start: int) -> None:
    data = bytes(range(256)) * 384  # three chunks
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as file:
        parcel = Parcel(file)
    assert all_of(parcel, start) == data[start:]
    assert max((len(chunk) for chunk in parcel.chunks(start)), default=0) <= CHUNK


@pytest.mark.parametrize(("size", "packed"), [(PLAIN, False), (PLAIN + 1, True)])
def test_only_a_large_one_is_compressed(tmp_path: Path, size: int, packed: bool) -> None:
    data = all_of(Parcels(Store(size).archive, tmp_path).of("repo", SHA))
    assert (data[:2] == b"\x1f\x8b") is packed
    assert (gzip.decompress(data) if packed else data) == b"x" * size


def test_packed_twice_it_is_the_same(tmp_path: Path) -> None:
    """So a bot that was killed goes on with what it had sent."""
    project = Project.create(tmp_path / "repo")
    sha = project.commit(files={"noise": "noise " * PLAIN})
    digests = {
        Parcels(GitSource(tmp_path / f"repos{number}").archive, tmp_path).of(str(project.repo), sha).digest
        for number in range(2)
    }
    assert len(digests) == 1


def test_it_holds_the_tree_of_the_commit_and_modes(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "repo")
    sha = project.commit(files={"bin/run": "#!/bin/sh\n"})
    project.commit(files={"later": "x"})
    parcel = Parcels(GitSource(tmp_path / "repos").archive, tmp_path / "repos").of(str(project.repo), sha)
    with tarfile.open(fileobj=io.BytesIO(all_of(parcel))) as tar:
        modes = {member.name.removeprefix(f"releases/.new-{sha}/"): member.mode for member in tar}
    assert modes["bin/run"] == 0o644
    assert "later" not in modes


def test_it_goes_some_time_after_it_was_last_wanted(tmp_path: Path) -> None:
    store = Store()
    parcels = Parcels(store.archive, tmp_path, linger=0.05)
    held = parcels.of("repo", SHA)
    eventually(lambda: len(parcels) == 0)
    assert all_of(held) == b"x" * 100, "whoever reads it still may"
    parcels.of("repo", SHA)
    assert len(store.asked) == 2


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (RepositoryUnreachable("the repository is away: look"), "the repository is away: look"),
        (OSError(28, "No space left on device"), "0123456 cannot be packed in "),
    ],
)
def test_what_cannot_be_packed_is_not_tried_for_each_host(tmp_path: Path, trouble: Exception, said: str) -> None:
    store = Store(trouble=trouble)
    parcels = Parcels(store.archive, tmp_path)
    for _ in range(3):
        with pytest.raises(SourceError, match=said):
            parcels.of("repo", SHA)
    assert len(store.asked) == 1


@pytest.mark.parametrize("sha", ["main", SHA])
def test_a_commit_that_is_nowhere_is_refused(tmp_path: Path, sha: str) -> None:
    project = Project.create(tmp_path / "repo")
    project.commit()
    source = GitSource(tmp_path / "repos")
    with (tmp_path / "tar").open("wb") as file, pytest.raises(RefUnknown):
        source.archive(str(project.repo), sha, "x/", file)


def test_where_nobody_packs_that_is_said() -> None:
    with pytest.raises(SourceError, match="nobody packs 0123456 of repo here"):
        nothing_to_push("repo", SHA)


def delivery(tmp_path: Path, size: int = 10 * CHUNK, pause: float = 60, most: float = 60) -> tuple[Delivery, Parcel]:
    (tmp_path / "file").write_bytes(b"x" * size)
    with (tmp_path / "file").open("rb") as file:
        parcel = Parcel(file)
    return Delivery(lambda: parcel, pause, most, "too late"), parcel


@pytest.mark.parametrize(
    ("have", "start"), [("0", 0), (f"{CHUNK}", CHUNK), (f"{10 * CHUNK}", 0), (f"{99 * CHUNK}", 0), ("", 0), ("x", 0)]
)
def test_a_host_is_told_where_it_begins_and_the_sum(tmp_path: Path, have: str, start: int) -> None:
    way, parcel = delivery(tmp_path)
    head, *rest = way.feed(have)
    assert head == f"{start} {parcel.digest}\n".encode()
    assert len(b"".join(rest)) == parcel.size - start


def test_each_time_a_piece_goes_and_never_none(tmp_path: Path) -> None:
    way, _ = delivery(tmp_path, pause=0)
    assert [len(chunk) for chunk in way.feed("0")][1:] == [CHUNK]


def test_what_takes_too_long_in_all_is_given_up(tmp_path: Path) -> None:
    way, _ = delivery(tmp_path, most=-1)
    assert list(way.feed("0")) == []
    assert way.trouble == "too late"


@pytest.mark.parametrize("error", [SourceError("no such thing"), OSError(5, "Input/output error")])
def test_why_nothing_came_is_kept(tmp_path: Path, error: Exception) -> None:
    _, parcel = delivery(tmp_path)

    class Broken:
        size, digest = parcel.size, parcel.digest

        def chunks(self, start: int) -> Iterator[bytes]:
            raise error

    def broken() -> Parcel:
        if isinstance(error, SourceError):
            raise error
        return Broken()  # type: ignore[return-value]

    way = Delivery(broken, 60, 60)
    list(way.feed("0"))
    assert way.trouble in ("no such thing", "the packed release cannot be read: Input/output error")


def test_readers_do_not_disturb_one_another(tmp_path: Path) -> None:
    _, parcel = delivery(tmp_path, 40 * CHUNK)
    meeting = threading.Barrier(4)

    def read(start: int) -> int:
        meeting.wait(20)
        return len(all_of(parcel, start))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, [0, 0, CHUNK, 5])) == [
            parcel.size,
            parcel.size,
            parcel.size - CHUNK,
            parcel.size - 5,
        ]
