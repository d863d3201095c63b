"""Whether the bot sees at this moment, for those who are asked to act."""

from collections.abc import Sequence

from bot.messages.blind import blind_words
from bot.model import Incident
from bot.remedies import Kind
from bot.state.blindness import Blindnesses
from bot.state.database import Database
from bot.watch import Blindness, Unseen


class Eyes:
    def __init__(self, db: Database) -> None:
        self._rows = Blindnesses(db)

    def shut(self) -> Blindness | None:
        """The blindness that stands; None while the bot sees."""
        return self._rows.standing()

    def words(self) -> str:
        """What a click is asked for while the bot cannot see, in mrkdwn; empty while it does."""
        blind = self.shut()
        return blind_words(blind.since, blind.cause) if blind else ""

    def doubt(
        self, outage: Incident, kind: Kind, despite: str, hosts: Sequence[str] = (), step: str = ""
    ) -> Unseen | None:
        """What a click on an alert is asked first. `despite` is the number of the blindness that it was confirmed in;
        another one asks again.
        """
        blind = self.shut()
        return Unseen(outage, blind, kind, step, tuple(hosts)) if blind and str(blind.id) != despite else None
