"""pydantic's findings as Problems: dotted path, what is wrong, the value, what is allowed, did you mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.errors import Problem
from bot.fleet.reading import Place, Reading
from bot.fleet.refusal import REFUSED

LONGEST_VALUE = 60
WORDS = {
    "int_type": ("must be a whole number", "a whole number"),
    "string_type": ("must be text", "text"),
    "bool_type": ("must be yes or no", "true or false"),
    "dict_type": ("must be a set of keys", "key: value"),
    "model_type": ("must be a set of keys", "key: value"),
    "model_attributes_type": ("must be a set of keys", "key: value"),
    "tuple_type": ("must be a list", "[a, b]"),
    "list_type": ("must be a list", "[a, b]"),
    "too_short": ("is empty", "at least one"),
    "missing": ("is missing", ""),
}


class Finding(NamedTuple):
    """A Problem and the line it stands on."""

    line: int
    problem: Problem


def from_pydantic(error: ValidationError, reading: Reading, schema: Mapping[str, Any]) -> list[Finding]:
    """Every finding of pydantic."""
    found = [(_place(item["loc"], reading.data), item) for item in error.errors(include_url=False) if _is_news(item)]
    return [_finding(place, item, reading, schema) for place, item in found]


def _is_news(item: ErrorDetails) -> bool:
    """Not a default that waits for another field, and not a list that is short only of the items found bad."""
    return item["type"] != "default_factory_not_called" and not (item["type"] == "too_short" and item["input"])


def _place(loc: Place, data: Any) -> Place:
    """The location as the file has it: without pydantic's own marks, cut where the short form ends."""
    place: list[str | int] = []
    for index, part in enumerate(loc):
        if part == "[key]":
            break
        inside = isinstance(data, Mapping) or (isinstance(data, Sequence) and isinstance(part, int))
        if not inside or isinstance(data, str):
            break
        place.append(part)
        last = index == len(loc) - 1
        data = None if last else _item(data, part)
    return tuple(place)


def _item(data: Any, part: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(part)
    return data[part] if isinstance(part, int) and part < len(data) else None


def _finding(place: Place, item: ErrorDetails, reading: Reading, schema: Mapping[str, Any]) -> Finding:
    kind, context = item["type"], item.get("ctx", {})
    siblings = keys_at(schema, place[:-1]) if place else []
    if kind == "extra_forbidden":
        return finding(reading, place, "is not a known key", allowed=", ".join(siblings), near=(place[-1], siblings))
    if kind == REFUSED:
        shown = "" if "hidden" in context or item["input"] is None else item["input"]
        return finding(reading, place, context["what"], shown, context["allowed"], context["hint"])
    if kind == "missing":
        return finding(reading, place, "is missing", hint=describe(schema, place))
    if item["input"] is None:
        return finding(reading, place, "is empty", hint=_hint_for_nothing(place, siblings))
    if kind in ("literal_error", "enum"):
        words = re.findall(r"'?([\w]+)'?(?:, | or |$)", str(context["expected"]))
        return finding(
            reading, place, "is not one of them", item["input"], ", ".join(words), near=(item["input"], words)
        )
    return _by_type(place, item, reading)


def _by_type(place: Place, item: ErrorDetails, reading: Reading) -> Finding:
    kind, context = item["type"], item.get("ctx", {})
    what, allowed = WORDS.get(kind, (item["msg"][:1].lower() + item["msg"][1:], ""))
    if kind in ("greater_than_equal", "less_than_equal"):
        what, allowed = (
            "is out of range",
            f"{'at least' if 'ge' in context else 'at most'} {context.get('ge', context.get('le'))}",
        )
    quotable = kind == "string_type" and isinstance(item["input"], int | float)
    value = "" if kind == "too_short" else item["input"]
    return finding(reading, place, what, value, allowed, "write it in quotes" if quotable else "")


def _hint_for_nothing(place: Place, siblings: Sequence[str]) -> str:
    if place and place[0] == "channels":
        return 'a # begins a comment: write it in quotes, "#deploys"'
    return "write a value, or leave the key out" if siblings else ""


def finding(
    reading: Reading,
    place: Place,
    what: str,
    value: Any = "",
    allowed: str = "",
    hint: str = "",
    near: tuple[Any, Sequence[str]] | None = None,
) -> Finding:
    """A Finding with its line, its value made short and harmless, and the nearest word as its hint."""
    line = reading.line(place)
    where = f" (line {line})" if line else ""
    if near and not hint:
        hint = did_you_mean(str(near[0]), near[1])
    return Finding(line, Problem(".".join(map(str, place)), what + where, show(value), allowed, hint))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """`did you mean production?`, or nothing when nothing is near."""
    found = process.extractOne(word, known, scorer=fuzz.ratio, processor=str.lower, score_cutoff=60)
    return f"did you mean {found[0]}?" if found else ""


def show(value: Any) -> str:
    """A value as one short line, without the password that an address may hold."""
    if value == "":
        return ""
    text = value if isinstance(value, str) else "true" if value is True else "false" if value is False else str(value)
    text = re.sub(r"://[^/@\s]+@", "://…@", " ".join(text.split()))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def keys_at(schema: Mapping[str, Any], place: Place) -> list[str]:
    """The keys that the JSON Schema knows at a place."""
    return list(_descend(schema, place).get("properties", {}))


def describe(schema: Mapping[str, Any], place: Place) -> str:
    """What the schema says of the entry at a place, as a sentence."""
    around = _descend(schema, place[:-1]).get("properties", {})
    return str(around.get(place[-1] if place else "", {}).get("description", ""))


def _descend(schema: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    node = _plain(schema, schema)
    for part in place:
        choices = (*node.get("patternProperties", {}).values(), node.get("items"), node.get("additionalProperties"))
        step: Any = node.get("properties", {}).get(part) or next(filter(None, choices), {})
        node = _plain(step if isinstance(step, Mapping) else {}, schema)
    return node


def _plain(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """References followed, and of alternatives the one with keys."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    for choice in node.get("anyOf", ()):
        inner = _plain(choice, schema)
        if "properties" in inner:
            return inner
    return node
