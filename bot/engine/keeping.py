"""What is kept for how long."""

from datetime import timedelta

from bot.engine.clock import Clock
from bot.state.dispatches import Dispatches
from bot.state.outbox import Outbox
from bot.state.reports import Reports

MESSAGES = timedelta(days=180)  # a lock or an incident that is older than its message would be told as a new one


class Keeping:
    def __init__(self, outbox: Outbox, dispatches: Dispatches, reports: Reports, clock: Clock) -> None:
        self._reports = reports
        self._outbox = outbox
        self._dispatches = dispatches
        self._clock = clock

    def tidy(self) -> int:
        """Forgets messages that nothing has changed for so long, and says how many; Slack keeps its own."""
        before = self._clock.now() - MESSAGES
        return self._outbox.prune(before) + self._dispatches.prune(before) + self._reports.prune(before)
