"""Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits), enforced when they are switched on.

Tiers count calls per method and minute. chat.postMessage is special: about one a second and channel, a short burst
is forgiven, and the whole workspace has a cap of several hundred a minute. How long a burst may be is not documented;
four is what this stand-in forgives.
"""

import math
from collections import defaultdict, deque

from bot.sandbox.slack.ids import Clock
from bot.sandbox.slack.refused import TooManyRequests

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SPECIAL = 0
MINUTE = 60.0
BURST = 4
WORKSPACE_POSTS = 300


class Rates:
    """Sliding windows of one minute per method, and a leaking bucket per channel for posts."""

    def __init__(self, clock: Clock) -> None:
        self.enforced = False
        self._clock = clock
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._level: dict[str, tuple[float, float]] = {}

    def check(self, method: str, tier: int, channel: str) -> None:
        """Count a call, or raise TooManyRequests with the seconds after which it would pass. A refused call is free."""
        if not self.enforced:
            return
        if tier == SPECIAL:
            self._window(method, WORKSPACE_POSTS)
            self._bucket(channel)
        else:
            self._window(method, tier)

    def _window(self, method: str, most: int) -> None:
        now, seen = self._clock(), self._seen[method]
        while seen and seen[0] <= now - MINUTE:
            seen.popleft()
        if len(seen) >= most:
            raise TooManyRequests(max(1, math.ceil(seen[0] + MINUTE - now)))
        seen.append(now)

    def _bucket(self, channel: str) -> None:
        now = self._clock()
        level, since = self._level.get(channel, (0.0, now))
        level = max(0.0, level - (now - since))
        if level + 1 > BURST:
            self._level[channel] = (level, now)
            raise TooManyRequests(max(1, math.ceil(level + 1 - BURST)))
        self._level[channel] = (level + 1, now)
