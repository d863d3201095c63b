"""The forms of /scale as values: each prints as what a person would type, and that is read as the same value."""

from dataclasses import dataclass
from datetime import timedelta

from bot.fleet.duration import duration_text
from bot.grammar.forms import Form, Help, Misread


@dataclass(frozen=True, slots=True)
class Amount:
    """So many hosts; with a sign so many more or fewer than there are."""

    hosts: int
    sign: str = ""

    def __str__(self) -> str:
        return f"{self.sign}{self.hosts}"

    def of(self, here: int) -> int:
        """The number that is meant where so many are; below nothing for more fewer than there are."""
        return {"": self.hosts, "+": here + self.hosts, "-": here - self.hosts}[self.sign]


@dataclass(frozen=True, slots=True)
class ScaleTo:
    """`environment` None: it was not said."""

    service: str
    amount: Amount
    environment: str | None = None

    def __str__(self) -> str:
        return f"{self.service}{_in(self.environment)} {self.amount}"


@dataclass(frozen=True, slots=True)
class AutoOf:
    """The number is given back to the rules."""

    service: str
    environment: str | None = None

    def __str__(self) -> str:
        return f"{self.service}{_in(self.environment)} auto"


@dataclass(frozen=True, slots=True)
class HoldOf:
    """The rules leave the number alone; `lease` None: it was not said for how long."""

    service: str
    environment: str | None = None
    lease: timedelta | None = None

    def __str__(self) -> str:
        lease = f" {duration_text(self.lease)}" if self.lease else ""
        return f"{self.service}{_in(self.environment)} hold{lease}"


@dataclass(frozen=True, slots=True)
class ScalePlanOf:
    """What would be done; `amount` None: by the rules, now."""

    service: str
    environment: str | None = None
    amount: Amount | None = None

    def __str__(self) -> str:
        amount = f" {self.amount}" if self.amount else ""
        return f"{self.service}{_in(self.environment)} plan{amount}"


ScaleCommand = ScaleTo | AutoOf | HoldOf | ScalePlanOf | Help | Form | Misread


def _in(environment: str | None) -> str:
    return f" in {environment}" if environment else ""
