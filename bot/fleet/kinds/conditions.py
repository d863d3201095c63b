"""What an HTTP answer must be, as people write it: `{latency: "< 500ms"}`, `{json: {path: "db.ok", equals: true}}`."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import isfinite
from typing import Annotated, Any

import jmespath
import re2
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StrictBool, WithJsonSchema
from pydantic import model_validator as validator

from bot.fleet.duration import UNITS
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.questions.conditions import Certificate, Condition, Json, Latency, Matches, Scalar, compiled, searched

LATENCY = r"^<=?\s*([0-9]{1,6})\s*(ms|s)$"
DAYS = r"^>=?\s*([0-9]{1,3})\s*(?:d|days?)?$"
LONGEST_PATH = 200  # characters
LARGEST_PATTERN = 200  # of RE2's instructions: 64 KiB of the worst body then take less than a second
BUILDS = frozenset({"multi_select_list", "multi_select_dict"})


def time_limit(value: object) -> timedelta:
    """`< 500ms` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(LATENCY, value) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise refuse("is not a limit of time", '"< 500ms" or "< 2s"')
    return int(found[1]) * UNITS[found[2]]


def lifetime(value: object) -> timedelta:
    """`> 14 days` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(DAYS, value) if isinstance(value, str) else None
    if not found:
        raise refuse("is not a number of days", '"> 14 days", at most 999')
    return timedelta(days=int(found[1]))


def pattern(value: str) -> str:
    """A regular expression that RE2 takes: no backreferences, no looking around, and no running away."""
    try:
        size = compiled(value).programsize
    except re2.error as error:
        why = error.args[0] if error.args else error
        said = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        if "too large" in said:
            raise _too_large() from None
        raise refuse(f"is not a regular expression that RE2 takes: {said}", "RE2's syntax") from None
    if size > LARGEST_PATTERN:
        raise _too_large()
    return value


def _too_large() -> Exception:
    return refuse("is too large a regular expression", "", "repeat less: {1,1000} is a thousand copies")


def path(value: str) -> str:
    """A JMESPath that leads to one value."""
    try:
        builds = BUILDS & set(_kinds(searched(value).parsed)) if len(value) <= LONGEST_PATH else BUILDS
    except jmespath.exceptions.JMESPathError as error:
        reason = " ".join(str(error).splitlines()[0].split())
        raise refuse(f"is not a path into JSON: {reason}", "JMESPath, such as db.ok or items[0].state") from None
    if builds:
        raise refuse("is more than a path to one value", f"db.ok or items[0].state, at most {LONGEST_PATH} characters")
    return value


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise refuse("is not a number", "a number")
    return value


def scalar(value: object) -> Scalar:
    if not isinstance(value, str | bool | int | float):
        raise refuse("is not a value to compare with", "text, a number, true or false")
    return value


def _kinds(node: Mapping[str, Any]) -> Iterator[str]:
    """The kinds of all nodes of a parsed path."""
    yield str(node["type"])
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _kinds(child)


Pattern = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(pattern)]
Path = Annotated[str, Field(min_length=1), AfterValidator(path)]
Compared = Annotated[
    Scalar,
    PlainValidator(scalar),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
Number = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]


def given(part: Part) -> set[str]:
    """The keys that say something."""
    return {key for key in part.model_fields_set if getattr(part, key) is not None}


class JsonEntry(Part):
    """A value of a JSON answer, and all that it must be. What is not there, or null, is none of it."""

    path: Path = Field(description="Where it is, as JMESPath: db.ok, items[0].state, length(items).")
    equals: Compared | None = Field(default=None, description="It is this; text, number, true or false.")
    unlike: Compared | None = Field(default=None, alias="not", description="It is there, and anything but this.")
    above: Number | None = Field(default=None, description="It is a number above this.")
    below: Number | None = Field(default=None, description="It is a number below this.")
    matches: Pattern | None = Field(default=None, description="This regular expression is found in it.")
    exists: StrictBool | None = Field(default=None, description="It is there; false: it is not there, or null.")

    @validator(mode="after")
    def wants_something(self) -> "JsonEntry":
        wanted = given(self) - {"path"}
        if not wanted:
            hint = "exists: false where it shall not be there, or null"
            raise refuse("wants nothing of the value", "equals, not, above, below, matches or exists", hint)
        if self.exists is False and len(wanted) > 1:
            raise refuse("wants something of a value that shall not be there", "exists: false alone")
        if self.above is not None and self.below is not None and self.above >= self.below:
            raise refuse(f"can never hold: nothing is above {self.above:g} and below {self.below:g}", "above < below")
        return self

    def condition(self) -> Json:
        return Json(**self.model_dump())


class ConditionEntry(Part):
    """One condition of an answer."""

    latency: Annotated[
        timedelta | None, BeforeValidator(time_limit), WithJsonSchema({"type": "string", "pattern": LATENCY})
    ] = Field(default=None, description='All of the answer came in time: "< 500ms".')
    certificate: Annotated[
        timedelta | None, BeforeValidator(lifetime), WithJsonSchema({"type": "string", "pattern": DAYS})
    ] = Field(default=None, description='Of https: the certificate lives on for so long: "> 14 days".')
    matches: Pattern | None = Field(default=None, description="This regular expression (RE2) is found in the body.")
    lacks: Pattern | None = Field(default=None, description="This regular expression (RE2) is not found in the body.")
    json_value: JsonEntry | None = Field(default=None, alias="json", description="A value of a JSON body.")

    @validator(mode="after")
    def just_one(self) -> "ConditionEntry":
        found = given(self)
        if len(found) != 1:
            what = "is several conditions" if found else "is no condition"
            raise refuse(what, "one of latency, certificate, matches, lacks, json", "make each an entry of its own")
        return self

    @property
    def needs_body(self) -> bool:
        return self.latency is None and self.certificate is None

    def condition(self) -> Condition:
        if self.latency is not None:
            return Latency(self.latency)
        if self.certificate is not None:
            return Certificate(self.certificate)
        if self.json_value is not None:
            return self.json_value.condition()
        return Matches(self.matches or self.lacks or "", wanted=self.matches is not None)
