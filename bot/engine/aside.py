"""Work that may hang for a while, done beside the one who asked for it, who can turn away from it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

LOOK = 0.2  # seconds between two questions whether all is to halt
THREADS = 16


class Aside:
    """What is turned away from ends by itself, as late as its own timeouts say."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=name)

    def ask(self, work: Callable[[], T], halted: Callable[[], bool]) -> T | None:
        """The work's answer, or what it raised; None when all is to halt before."""
        asked = self._threads.submit(work)
        while not wait([asked], LOOK).done:
            if halted():
                return None
        return asked.result()
