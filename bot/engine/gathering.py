"""Many threads that each have something to write, and few transactions."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Batch(Generic[Item]):
    items: list[Item] = field(default_factory=list)
    written: bool = False


class Gathering(Generic[Item]):
    """While one thread writes, what others bring is gathered; whoever is next writes all of it at once, no sooner than
    `apart` seconds after the last writing began.
    """

    def __init__(self, write: Callable[[Sequence[Item]], None], apart: float = 0.0) -> None:
        self._write = write
        self._apart = apart
        self._next = 0.0
        self._open: Batch[Item] = Batch()
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    @property
    def waiting(self) -> list[Item]:
        """What is gathered and not begun to be written."""
        with self._guard:
            return list(self._open.items)

    def put(self, item: Item) -> None:
        """Returns once it is written. Raises what writing raised: each thread of a batch tries for itself."""
        with self._guard:
            batch = self._open
            batch.items.append(item)
        with self._turn:
            if batch.written:
                return
            self._wait()
            with self._guard:
                if self._open is batch:
                    self._open = Batch()
            self._write(batch.items)
            batch.written = True

    def _wait(self) -> None:
        left = self._next - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._next = time.monotonic() + self._apart
