"""libcurl's multi interface over epoll: waits for all transfers at once, and notices when this process slept."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pycurl

LONGEST_WAIT = 1.0  # seconds in one call of epoll
PAUSE = 1.0  # seconds; a turn that took this much longer than its wait: this process did not run meanwhile
BATCH = 512  # events taken from epoll at once


class Multi:
    """`wake` may be called from any thread, everything else from one."""

    def __init__(self) -> None:
        self._masks: dict[int, int] = {}
        self._deadline: float | None = None
        self._last = _clocks()
        self._epoll = select.epoll()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._epoll.register(self._wake_read, select.EPOLLIN)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._alarm)
        self._multi.setopt(pycurl.M_MAXCONNECTS, 1)  # nothing is kept alive

    def add(self, curl: Any) -> None:
        self._multi.add_handle(curl)

    def remove(self, curl: Any) -> None:
        self._multi.remove_handle(curl)

    def wake(self) -> None:
        with suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._wake_write, b"!")

    def wait(self, most: float | None = None) -> tuple[list[tuple[int, int]], bool]:
        """The events of the next moment, and whether this process slept meanwhile (stopped, or the machine did). Waits
        for `most` seconds, where there is other work to do.
        """
        wait = self._patience() if most is None else min(most, self._patience())
        events = self._epoll.poll(wait, BATCH)
        before, self._last = self._last, _clocks()
        # The monotonic clock stands still while a machine sleeps, the other can be set: either one tells of a pause.
        return events, max(now - then for now, then in zip(self._last, before, strict=True)) > wait + PAUSE

    def _patience(self) -> float:
        if self._deadline is None:
            return LONGEST_WAIT
        return min(max(self._deadline - time.monotonic(), 0.0), LONGEST_WAIT)

    def work(self, events: list[tuple[int, int]]) -> None:
        """Lets libcurl read, write and give up."""
        for fd, happened in events:
            if fd == self._wake_read:
                with suppress(BlockingIOError):
                    os.read(fd, 4096)
            else:
                self._multi.socket_action(fd, _flags(happened))
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._deadline = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def ended(self) -> Iterator[tuple[Any, int, str]]:
        """The transfers that ended: handle, libcurl's error (0 for none), its message."""
        left = 1
        while left:
            left, good, failed = self._multi.info_read()
            yield from ((curl, 0, "") for curl in good)
            yield from failed

    def _watch(self, what: int, fd: int, _multi: Any, _data: Any) -> None:
        """libcurl says which sockets it waits for, and for what."""
        if what == pycurl.POLL_REMOVE:
            if self._masks.pop(fd, None) is not None:
                with suppress(OSError):  # closed already: epoll has forgotten it by itself
                    self._epoll.unregister(fd)
            return
        mask = MASKS[what]
        known = self._masks.get(fd)
        self._masks[fd] = mask
        if known is None:
            self._epoll.register(fd, mask)
        elif known != mask:
            self._epoll.modify(fd, mask)

    def _alarm(self, milliseconds: int) -> None:
        self._deadline = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    def close(self) -> None:
        """Ends all transfers. Their handles are closed by who made them."""
        self._multi.close()
        self._epoll.close()
        os.close(self._wake_read)
        os.close(self._wake_write)


MASKS = {
    pycurl.POLL_NONE: 0,
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


def _flags(happened: int) -> int:
    flags = pycurl.CSELECT_IN if happened & (select.EPOLLIN | select.EPOLLHUP) else 0
    if happened & select.EPOLLOUT:
        flags |= pycurl.CSELECT_OUT
    if happened & select.EPOLLERR:
        flags |= pycurl.CSELECT_ERR
    return int(flags)
