"""The form that runs a command of the fleet file once. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOf:
    """`environment` None: it was not said."""

    service: str
    task: str
    environment: str | None = None

    def __str__(self) -> str:
        place = "" if self.environment is None else f" in {self.environment}"
        return f"run {self.service} {self.task}{place}"
