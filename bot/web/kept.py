"""What was written once and holds until something changes: a page as bytes, and the parts that it is made of."""

import gzip
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from bot.model import Target
from bot.showing import Row, Showing

QUICK = 5  # of gzip's levels: a page of a thousand services in some milliseconds
Text = TypeVar("Text", bound=str)


class KeptPage:
    """The last page, plain and packed. `write` makes it; one thread at a time."""

    def __init__(self, write: Callable[[Showing], str]) -> None:
        self._write = write
        self._lock = Lock()
        self._of: Showing | None = None
        self._plain, self._packed = b"", b""

    def of(self, seen: Showing, packed: bool) -> bytes:
        """As UTF-8; with `packed` through gzip."""
        with self._lock:
            if seen is not self._of:
                self._plain, self._packed, self._of = self._write(seen).encode(), b"", seen
            if packed and not self._packed:
                self._packed = gzip.compress(self._plain, QUICK, mtime=0)
            return self._packed if packed else self._plain


class KeptRows(Generic[Text]):
    """What `write` made of each row, for as long as it is the same object."""

    def __init__(self, write: Callable[[Row], Text]) -> None:
        self._write = write
        self._known: dict[Target, tuple[Row, Text]] = {}

    def of(self, seen: Showing) -> dict[Target, Text]:
        """In the order of the rows; what is no longer shown is forgotten."""
        self._known = {row.target: self._kept(row) for row in seen.rows}
        return {target: text for target, (_, text) in self._known.items()}

    def _kept(self, row: Row) -> tuple[Row, Text]:
        known = self._known.get(row.target)
        return known if known is not None and known[0] is row else (row, self._write(row))
