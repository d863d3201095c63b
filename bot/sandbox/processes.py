"""The processes of a sandbox, told by a mark in their environment: it outlives the demo that started them."""

import os
import time
from collections.abc import Callable

import psutil

MARK = "POINTSMAN_SANDBOX"
"""The environment variable that every process of a sandbox carries; its value is the sandbox's id."""

GRACE_SECONDS = 3.0
"""How long a process may take to end after SIGTERM."""


def find(sandbox_id: str) -> list[psutil.Process]:
    """The live processes that carry this id, without this one and its parents."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [each for each in psutil.process_iter() if each.pid not in own and _mark(each) == sandbox_id]


def stop_all(sandbox_id: str, grace: float = GRACE_SECONDS) -> int:
    """End exactly the processes that carry this id: SIGTERM, then SIGKILL after `grace` seconds. Returns how many."""
    stopped = find(sandbox_id)
    for process in stopped:
        _signal(process, psutil.Process.terminate)
    for process in _still_alive(stopped, grace):
        _signal(process, psutil.Process.kill)
    # what a process started while it was being ended
    for process in find(sandbox_id):
        _signal(process, psutil.Process.kill)
    return len(stopped)


def stop(pid: int, sandbox_id: str, grace: float = GRACE_SECONDS) -> bool:
    """End one process, if it is alive and carries this id."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return False
    if _mark(process) != sandbox_id:
        return False
    _signal(process, psutil.Process.terminate)
    for each in _still_alive([process], grace):
        _signal(each, psutil.Process.kill)
    return True


def alive(pid: int, sandbox_id: str) -> bool:
    """Whether this process runs and carries this id."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return False
    return _mark(process) == sandbox_id and _runs(process)


def _still_alive(stopped: list[psutil.Process], grace: float) -> list[psutil.Process]:
    """Who has not ended after `grace` seconds. A zombie has: its parent may take seconds to notice."""
    deadline = time.monotonic() + grace
    while (left := [each for each in stopped if _runs(each)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def _signal(process: psutil.Process, how: Callable[[psutil.Process], None]) -> None:
    try:
        how(process)
    except psutil.NoSuchProcess:
        return
