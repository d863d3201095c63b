"""What Slack is to show of incidents. Everything here runs inside its caller's transaction."""

from datetime import datetime

from bot.messages import alert as messages
from bot.messages.commands import prefixed
from bot.model import Content, Outgoing
from bot.state.outbox import Outbox
from bot.watch import Alert


def key(incident_id: int) -> str:
    """The message of an incident."""
    return f"incident:{incident_id}"


class Notices:
    """`prefix` is how the workspace calls its commands."""

    def __init__(self, outbox: Outbox, prefix: str = "") -> None:
        self._outbox = outbox
        self._prefix = prefix

    def show(self, facts: Alert, now: datetime) -> None:
        """Nothing of an outage that nobody was told of: it is told when the silence ends, or over by then."""
        if facts.told_at is not None:
            self._put(Outgoing(key(facts.incident.id), facts.channel, messages.alert(facts)), now)

    def answer(self, facts: Alert, now: datetime) -> None:
        """The end, said in the thread."""
        self._reply(facts, "up", messages.answer(facts), now)

    def remind(self, facts: Alert, words: Content, now: datetime) -> None:
        """In the thread; each reminder is a message of its own."""
        self._reply(facts, f"reminder:{facts.reminders}", words, now)

    def is_in_slack(self, incident_id: int) -> bool:
        return self._outbox.located(key(incident_id)) is not None

    def _reply(self, facts: Alert, name: str, words: Content, now: datetime) -> None:
        place = key(facts.incident.id)
        self._put(Outgoing(f"{place}:{name}", facts.channel, words, thread=place), now)

    def _put(self, message: Outgoing, now: datetime) -> None:
        shown = prefixed(message.content, self._prefix)
        self._outbox.put(Outgoing(message.key, message.channel, shown, message.thread), now)
