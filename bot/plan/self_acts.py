"""Whether a check that may act by itself does so now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.fleet import Check
from bot.questions import CpuAsk


class Done(Protocol):
    """An act, or a rollback."""

    @property
    def id(self) -> int: ...

    @property
    def finished_at(self) -> datetime | None: ...


class Next(StrEnum):
    WAIT = "wait"
    ACT = "act"
    EXHAUSTED = "exhausted"  # it has acted as often as it may, and the outage goes on


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand. `done` is what the check did by itself within its time, newest first; `held`: nothing may be
    done at this moment.
    """

    at: datetime
    done: Sequence[Done] = ()
    held: bool = False


def next_step(check: Check, now: Now) -> Next:
    """After an act its check gets the time to see whether that helped, before more is done or said."""
    if now.held or not check.auto:
        return Next.WAIT
    last = now.done[0] if now.done else None
    if last and (last.finished_at is None or now.at < last.finished_at + patience(check)):
        return Next.WAIT
    return Next.ACT if len(now.done) < check.auto.most else Next.EXHAUSTED


def patience(check: Check) -> timedelta:
    """How long the check takes to find out anew how it stands."""
    asked = check.question
    lasting = asked.lasting if isinstance(asked, CpuAsk) else timedelta(0)
    return max(lasting, max(check.down_after, check.up_after) * check.every + check.timeout)
