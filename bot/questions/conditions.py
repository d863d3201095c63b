"""What an HTTP answer must be besides its status: each condition says what it has against an answer. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Protocol

import jmespath
import re2

from bot.counting import count
from bot.phases import Phases, mostly, span
from bot.quoting import clean, first_line

BODY_LIMIT = 64 * 1024  # bytes read of a body; whoever sends more is cut off
PATTERN_MEMORY = 1 << 20  # bytes for one pattern and what it remembers of its work
DAY = timedelta(days=1)
QUOTED = 60  # characters of a value that a cause shows

Scalar = str | bool | int | float
"""What a value of a JSON answer is compared with."""


@dataclass(frozen=True)
class Reply:
    """An answer as conditions see it. `expires` is when its certificate ends, None where there was none; `at` now."""

    status: int
    body: bytes
    cut: bool
    phases: Phases
    at: datetime
    expires: datetime | None = None

    @cached_property
    def document(self) -> Any:
        """The body as JSON. Raises ValueError, in words."""
        if self.cut:
            raise ValueError(f"its body is larger than {BODY_LIMIT // 1024} KiB, and JSON that is cut cannot be read")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            line = first_line(self.body)
            raise ValueError(f"its body is not JSON (answered {self.status}: {line or 'nothing'})") from None


class Condition(Protocol):
    def against(self, reply: Reply) -> str:
        """What was seen and what is wanted, in words; empty when the condition holds."""
        ...


@dataclass(frozen=True, slots=True)
class Latency:
    """The whole answer came within this time."""

    limit: timedelta

    def against(self, reply: Reply) -> str:
        total = reply.phases.total
        if total <= self.limit.total_seconds():
            return ""
        return f"took {span(total)}, {mostly(reply.phases)}; at most {span(self.limit.total_seconds())} is wanted"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The target's certificate has longer to live than this."""

    left: timedelta

    def against(self, reply: Reply) -> str:
        if reply.expires is None:
            return "no certificate was seen"
        left = reply.expires - reply.at
        if left > self.left:
            return ""
        when = f"{reply.expires:%Y-%m-%d}"
        if left < timedelta(0):
            return f"certificate expired on {when}"
        wanted = count(self.left.days, "day is", "days are")
        return f"certificate expires {_within(left)}, on {when}; more than {wanted} wanted"


def _within(left: timedelta) -> str:
    if left >= DAY:
        return f"in {count(left.days, 'day')}"
    hours = left // timedelta(hours=1)
    return f"in {hours} h" if hours else "within the hour"


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression that is found in the body, or not found where it is not `wanted`."""

    pattern: str
    wanted: bool = True

    def against(self, reply: Reply) -> str:
        found = compiled(self.pattern).search(reply.body) is not None
        if found is self.wanted:
            return ""
        whole = f"the first {BODY_LIMIT // 1024} KiB of its body" if reply.cut else "body"
        verb = "do not match" if reply.cut else "does not match"
        said = verb if self.wanted else ("match" if reply.cut else "matches")
        return (
            f"{whole} {said} /{clean(self.pattern)}/ (answered {reply.status}: {first_line(reply.body) or 'nothing'})"
        )


@dataclass(frozen=True, slots=True)
class Json:
    """One value of a JSON body, by its JMESPath, and all that it must be. What is not there is null."""

    path: str
    exists: bool | None = None
    equals: Scalar | None = None
    unlike: Scalar | None = None
    above: float | None = None
    below: float | None = None
    matches: str | None = None

    def against(self, reply: Reply) -> str:
        try:
            value = searched(self.path).search(reply.document)
        except jmespath.exceptions.JMESPathError as error:
            return f"{self.path} cannot be read: {clean(str(error))}"
        except RecursionError:
            return f"{self.path} cannot be read: the body is nested too deeply"
        except ValueError as error:
            return str(error)
        except (TypeError, ArithmeticError) as error:  # not seen to by jmespath: a > b of a word, ceil of infinity
            return f"{self.path} cannot be computed: {clean(str(error))}"
        return self._of(value)

    def _of(self, value: Any) -> str:
        if value is None:
            return "" if self.exists is False else f"{self.path} is not there"
        if self.exists is False:
            return f"{self.path} is there: {shown(value)}"
        return next(filter(None, (self._same(value), self._ordered(value), self._like(value))), "")

    def _same(self, value: Any) -> str:
        if self.equals is not None and not same(value, self.equals):
            return f"{self.path} is {shown(value)}, not {shown(self.equals)}"
        if self.unlike is not None and same(value, self.unlike):
            return f"{self.path} is {shown(value)}"
        return ""

    def _ordered(self, value: Any) -> str:
        if self.above is None and self.below is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{self.path} is {shown(value)}, which is not a number"
        if self.above is not None and not value > self.above:
            return f"{self.path} is {shown(value)}, not above {self.above:g}"
        if self.below is not None and not value < self.below:
            return f"{self.path} is {shown(value)}, not below {self.below:g}"
        return ""

    def _like(self, value: Any) -> str:
        if self.matches is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        found = compiled(self.matches).search(text.encode("utf-8", "replace"))
        return "" if found else f"{self.path} is {shown(value)}, and does not match /{clean(self.matches)}/"


def same(value: Any, wanted: Scalar) -> bool:
    """As JSON has it: true is not 1, and 1 is 1.0."""
    return isinstance(value, bool) is isinstance(wanted, bool) and bool(value == wanted)


def shown(value: Any) -> str:
    """A value as JSON writes it, short and clean."""
    return clean(json.dumps(value, ensure_ascii=False), QUOTED)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Raises re2.error for what is no pattern, or too large a one. Searching takes time linear in the text."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    return re2.compile(pattern, options)


@lru_cache(maxsize=4096)
def searched(path: str) -> Any:
    """Raises jmespath.exceptions.JMESPathError for what is no path."""
    return jmespath.compile(path)
