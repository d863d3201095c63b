"""Releases as the bot pushes them: packed once from its own copy of the repository, and kept while hosts want them."""

import gzip
import hashlib
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.backends.ssh.commands.work import unpacked
from bot.errors import PointsmanError, SourceError

CHUNK = 32768
"""Bytes that are read and sent at a time: what fits into one packet of SSH."""

PLAIN = 256 * 1024
"""Bytes up to which a tar goes as it is: gzip costs a host one process more, and so little is sent at once."""

LINGER = 300.0
"""Seconds that a parcel stays after it was last asked for: the next batch may want it."""

SULK = 10.0
"""Seconds for which a release that could not be packed is not tried again: a hundred hosts want it at once."""

Archive = Callable[[str, str, str, IO[bytes]], None]
"""(repository, SHA, what stands before each name, where the tar goes). Raises SourceError."""


class Parcel:
    """A file without a name: it is gone with this process, however that ends. Many threads may read it at once."""

    def __init__(self, file: IO[bytes]) -> None:
        file.flush()
        self._fd = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._fd)
        self.size = os.fstat(self._fd).st_size
        digest = hashlib.sha256()
        for chunk in self.chunks(0):
            digest.update(chunk)
        self.digest = digest.hexdigest()

    def chunks(self, start: int) -> Iterator[bytes]:
        while data := os.pread(self._fd, CHUNK, start):
            yield data
            start += len(data)


@dataclass
class _Slot:
    guard: threading.Lock = field(default_factory=threading.Lock)
    parcel: Parcel | None = None
    trouble: PointsmanError | None = None
    since: float = 0.0


class Parcels:
    """`directory` is where there is room for them: beside the copies of the repositories."""

    def __init__(self, archive: Archive, directory: Path, linger: float = LINGER) -> None:
        self._archive, self._directory, self._linger = archive, directory.expanduser(), linger
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._guard = threading.Lock()
        self._sweeping = False

    def of(self, repo: str, sha: str) -> Parcel:
        """Packed by whoever asks first. Raises SourceError, in words for people."""
        slot = self._slot(repo, sha)
        with slot.guard:
            if slot.trouble and time.monotonic() < slot.since + SULK:
                raise slot.trouble
            if slot.parcel is None:
                self._fill(slot, repo, sha)
            slot.since = time.monotonic()
            assert slot.parcel is not None
            return slot.parcel

    def __len__(self) -> int:
        with self._guard:
            return len(self._slots)

    def _fill(self, slot: _Slot, repo: str, sha: str) -> None:
        slot.trouble = None
        try:
            slot.parcel = self._packed(repo, sha)
        except PointsmanError as error:
            slot.trouble, slot.since = error, time.monotonic()
            raise
        except OSError as error:
            slot.trouble = SourceError(f"{sha[:7]} cannot be packed in {self._directory}: {error.strerror}")
            slot.since = time.monotonic()
            raise slot.trouble from error

    def _packed(self, repo: str, sha: str) -> Parcel:
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._directory) as tar:
            self._archive(repo, sha, unpacked(sha), tar)
            if os.fstat(tar.fileno()).st_size <= PLAIN:
                return Parcel(tar)
            tar.seek(0)
            with tempfile.TemporaryFile(dir=self._directory) as small:
                with gzip.GzipFile(fileobj=small, mode="wb", compresslevel=1, mtime=0) as packing:
                    shutil.copyfileobj(tar, packing, CHUNK)
                return Parcel(small)

    def _slot(self, repo: str, sha: str) -> _Slot:
        with self._guard:
            slot = self._slots.setdefault((repo, sha), _Slot(since=time.monotonic()))
            self._sweep_later()
            return slot

    def _sweep_later(self) -> None:
        """Within the guard."""
        if not self._sweeping and self._slots:
            self._sweeping = True
            timer = threading.Timer(self._linger, self._sweep)
            timer.daemon = True
            timer.start()

    def _sweep(self) -> None:
        with self._guard:
            before = time.monotonic() - self._linger
            for key, slot in list(self._slots.items()):
                if slot.since <= before and not slot.guard.locked():
                    del self._slots[key]
            self._sweeping = False
            self._sweep_later()


def nothing_to_push(repo: str, sha: str) -> Parcel:
    """Where no bot stands behind the backend."""
    raise SourceError(f"nobody packs {sha[:7]} of {repo} here")


class Delivery:
    """One release on its way to one host: what the host is answered each time it says from where on it `want`s it.

    Each time as much goes as can within `slice_seconds`, so that the host hears of an abort, and others see that
    somebody is at work there. `trouble`: why nothing came.
    """

    def __init__(
        self, parcel: Callable[[], Parcel], slice_seconds: float, most_seconds: float, late: str = "it took too long"
    ) -> None:
        self._parcel, self._slice = parcel, slice_seconds
        self._most, self._late = most_seconds, late
        self._begun: float | None = None
        self.trouble = ""

    def feed(self, have: str) -> Iterator[bytes]:
        """A line of where it begins and its sum, then bytes."""
        now = time.monotonic()
        self._begun = now if self._begun is None else self._begun
        if now > self._begun + self._most:
            self.trouble = self._late
            return
        try:
            parcel = self._parcel()
        except PointsmanError as error:
            self.trouble = str(error)
            return
        start = int(have) if have.isdecimal() and int(have) < parcel.size else 0
        yield f"{start} {parcel.digest}\n".encode()
        until = time.monotonic() + self._slice
        try:
            for chunk in parcel.chunks(start):
                yield chunk
                if time.monotonic() > until:
                    return
        except OSError as error:
            self.trouble = f"the packed release cannot be read: {error.strerror}"
