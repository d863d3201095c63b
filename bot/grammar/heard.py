"""What was understood of a command so far, and the sentences that say what was not. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.fleet.duration import duration_text
from bot.grammar.forms import Misread
from bot.grammar.hold_forms import Until
from bot.grammar.words import Word, shown

TOWARDS = ("", "plan", "promote")  # verbs with which something comes to an environment; other things are in one


@dataclass(slots=True)
class Heard:
    """Filled from left to right. Empty: not said; of `force` None is not said, empty is without a reason."""

    usage: str
    verb: str = ""
    service: str = ""
    ref: str = ""
    task: str = ""
    environment: str = ""
    hosts: tuple[str, ...] = ()
    deploy: int | None = None
    incident: int | None = None
    reason: str = ""
    lease: timedelta | None = None
    until: Until | None = None
    force: str | None = None
    strategy: str = ""
    now: bool = False
    wait: bool = False

    @property
    def subject(self) -> str:
        """The service, or the deploy's number."""
        return self.service if self.deploy is None else str(self.deploy)

    @property
    def number(self) -> str:
        """The incident's."""
        return "" if self.incident is None else str(self.incident)

    def understood(self) -> str:
        parts = [
            f"deploy {self.deploy}" if self.deploy is not None else "",
            f"incident {self.incident}" if self.incident is not None else "",
            f"the service {shown(self.service)}" if self.service else "",
            f"at {shown(self.ref)}" if self.ref else "",
            f"the task {shown(self.task)}" if self.task else "",
            f"{self._towards()} {shown(self.environment)}" if self.environment else "",
            f"on {', '.join(map(shown, self.hosts))}" if self.hosts else "",
            f"for {duration_text(self.lease)}" if self.lease else "",
            f"until {self.until}" if self.until else "",
            f"because {shown(self.reason)}" if self.reason else "",
        ]
        said = " ".join(filter(None, parts))
        return " of ".join(filter(None, (shown(self.verb) if self.verb else "", said)))

    def _towards(self) -> str:
        if self.verb and not self.service:
            return "the environment"
        return "to" if self.verb in TOWARDS else "in"

    def not_understood(self, what: str, near: tuple[str, ...] = ()) -> Misread:
        """`what` follows "but not"."""
        understood = self.understood()
        said = f"I understood {understood}, but not {what}" if understood else f"I do not understand {what}"
        return Misread(said, self.usage, understood, near)

    def wrong(self, sentence: str, near: tuple[str, ...] = ()) -> Misread:
        return Misread(sentence, self.usage, self.understood(), near)

    def no_name(self, kind: str, word: Word) -> Misread:
        return self.wrong(f"{word} cannot be the name of {kind}")
