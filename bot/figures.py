"""The bot's own figures, as a place for metrics takes them."""

from dataclasses import dataclass
from datetime import datetime

Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric at one moment: each value with how often it was seen. `names` tell it from others of its name."""

    name: str
    unit: str
    names: Names
    at: datetime
    values: tuple[tuple[float, float], ...]
