"""The form that runs a command of the fleet file once. Pure."""

from dataclasses import dataclass

from bot.grammar.words import behind


@dataclass(frozen=True, slots=True)
class RunOf:
    """`environment` None: it was not said."""

    service: str
    task: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"run {self.service} {self.task}{behind('in', self.environment)}"
