"""What is kept for how long."""

from datetime import timedelta

from bot.engine.clock import Clock
from bot.state.outbox import Outbox

MESSAGES = timedelta(days=180)  # a lock or an incident that is older than its message would be told as a new one


class Keeping:
    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def tidy(self) -> int:
        """Forgets messages that nothing has changed for so long, and says how many; Slack keeps its own."""
        return self._outbox.prune(self._clock.now() - MESSAGES)
