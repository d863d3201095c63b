"""How the calls of AWS go: counted by operation, and the trouble that lasts longer than one of them."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.backends.aws_errors import BUSY, shut_out
from bot.cloud_trouble import CallCount, CloudTrouble, Kind

QUIET = timedelta(minutes=2)  # without a call that came too often, and it is over
NAMED = 3  # operations that are named


class Calls:
    """May be told from any thread. Roles are named by their ARN, the bot's own credentials by an empty text."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._began = now()
        self._guard = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._throttled: Counter[tuple[str, str]] = Counter()
        self._busy: dict[str, tuple[datetime, datetime]] = {}  # since, and last
        self._spell: dict[str, Counter[str]] = {}
        self._locked: dict[str, CloudTrouble] = {}
        self._good: set[str] = set()

    def heard(self, role: str, service: str, operation: str, code: str, said: str = "") -> None:
        """An answer, of each attempt; `code` is that of AWS's error, empty for none, `said` its words."""
        now = self._now()
        with self._guard:
            self._calls[service, operation] += 1
            if code in BUSY:
                self._throttled[service, operation] += 1
                self._too_often(role, f"{service}:{operation}", now)
            if shut := shut_out(code, said):
                self._lock(role, shut, now)
            else:
                self._locked.pop(role, None)
                self._good.add(role)

    def locked_out(self, role: str, words: str) -> None:
        """No call could be made at all."""
        with self._guard:
            self._lock(role, words, self._now())

    def _lock(self, role: str, words: str, now: datetime) -> None:
        self._good.discard(role)
        known = self._locked.get(role)
        self._locked[role] = CloudTrouble(role, Kind.LOCKED_OUT, words, known.since if known else now)

    def _too_often(self, role: str, operation: str, now: datetime) -> None:
        since, last = self._busy.get(role, (now, now))
        if now - last >= QUIET:
            since = now
            self._spell.pop(role, None)
        self._busy[role] = since, now
        self._spell.setdefault(role, Counter())[operation] += 1

    def troubles(self) -> tuple[CloudTrouble, ...]:
        """That last now."""
        now = self._now()
        with self._guard:
            busy = [
                CloudTrouble(role, Kind.BUSY, _named(self._spell[role]), since)
                for role, (since, last) in self._busy.items()
                if now - last < QUIET
            ]
            return (*self._locked.values(), *busy)

    def well(self, role: str, kind: Kind) -> bool:
        """Whether it is known that such a trouble is over: no answer at all says nothing, nor does a new start."""
        now = self._now()
        with self._guard:
            if role not in self._good:
                return False
            if kind is Kind.LOCKED_OUT:
                return True
            last = self._busy[role][1] if role in self._busy else self._began
            return now - last >= QUIET

    def counts(self) -> tuple[CallCount, ...]:
        with self._guard:
            return tuple(
                CallCount(service, operation, calls, self._throttled[service, operation])
                for (service, operation), calls in sorted(self._calls.items())
            )


def _named(spell: Counter[str]) -> str:
    """`41 of ec2:DescribeInstances, 2 of ecs:DescribeServices`"""
    return ", ".join(f"{number:,} of {operation}" for operation, number in spell.most_common(NAMED))
