"""The form that is about one machine. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReplaceOf:
    """One machine, by its name, by a new one. `environment` None: it was not said."""

    service: str
    host: str
    environment: str | None = None

    def __str__(self) -> str:
        place = "" if self.environment is None else f" in {self.environment}"
        return f"replace {self.service} {self.host}{place}"
