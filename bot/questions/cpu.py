"""A question about how busy a service is."""

from dataclasses import dataclass
from datetime import timedelta

from bot.model import Target
from bot.scaling import Combined


@dataclass(frozen=True, slots=True)
class CpuAsk:
    """Whether the CPU of a service was above `limit` percent all through the last `lasting`."""

    target: Target
    limit: float
    lasting: timedelta
    of: Combined = "median"

    def __str__(self) -> str:
        return f"CPU above {self.limit:g} % for {self.long}"

    @property
    def long(self) -> str:
        """How long, in words: `10 min`."""
        return f"{self.lasting // timedelta(minutes=1)} min"
