"""The form that is about one machine. Pure."""

from dataclasses import dataclass

from bot.grammar.words import behind


@dataclass(frozen=True, slots=True)
class ReplaceOf:
    """One machine, by its name, by a new one. `environment` None: it was not said."""

    service: str
    host: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"replace {self.service} {self.host}{behind('in', self.environment)}"
