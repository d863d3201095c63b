"""trigger_id: what lets an app open a view for somebody. Lives three seconds and works once."""

import secrets
from dataclasses import dataclass

from bot.sandbox.slack.ids import Clock
from bot.sandbox.slack.refused import Refused

LIFETIME = 3.0
REMEMBERED = 1000


@dataclass(slots=True)
class _Trigger:
    user: str
    channel: str
    born: float
    used: bool = False


class Triggers:
    """Hands out trigger ids and takes them back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Trigger] = {}

    def new(self, user: str, channel: str = "") -> str:
        """An id such as `1763679600.4711.9f2c…` for what `user` just did in `channel`."""
        trigger_id = f"{int(self._clock())}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = _Trigger(user, channel, self._clock())
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return trigger_id

    def exchange(self, trigger_id: str) -> tuple[str, str]:
        """(user, channel), once. Refuses with invalid_trigger_id, expired_trigger_id or exchanged_trigger_id."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if self._clock() - trigger.born > LIFETIME:
            raise Refused("expired_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        trigger.used = True
        return trigger.user, trigger.channel
