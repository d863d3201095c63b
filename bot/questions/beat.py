"""What is asked of a job that calls the bot by itself."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BeatAsk:
    """Whether the last beat is no older than `every` and `grace` together, and told of no failure. `often` is `every`
    in words: `1d`.
    """

    every: timedelta
    grace: timedelta
    often: str

    def __str__(self) -> str:
        return f"heartbeat every {self.often}"
