"""Wait for a condition instead of a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], timeout: float = 60.0, every: float = 0.02) -> T:
    """The first truthy answer of `condition`; AssertionError with its last answer after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not so after {timeout} s; the last answer was {answer!r}")
        time.sleep(every)
