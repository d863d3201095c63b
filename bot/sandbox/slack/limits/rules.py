"""The pieces that the tables of limits are made of. A check takes a value and its JSON pointer and yields problems.

The words are those of Slack's own answers: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def at(problem: str, pointer: str) -> str:
    """A problem with its place."""
    return f"{problem} [json-pointer:{pointer}]"


def string(most: int | None = None, *, least: int = 0) -> Check:
    """A text of `least` to `most` characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield at("must be a string", pointer)
        elif len(value) < least:
            yield at(f"must be more than {least - 1} characters", pointer)
        elif most is not None and len(value) > most:
            yield at(f"must be less than {most + 1} characters", pointer)

    return check


def matching(pattern: str, what: str, most: int = 3000) -> Check:
    """A text that is `what`."""
    compiled = re.compile(pattern)

    def check(value: Any, pointer: str) -> Iterator[str]:
        if found := list(string(most, least=1)(value, pointer)):
            yield from found
        elif not compiled.fullmatch(value):
            yield at(f"must be {what}", pointer)

    return check


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """true or false."""
    if not isinstance(value, bool):
        yield at("must be a boolean", pointer)


def anything(value: Any, pointer: str) -> Iterator[str]:
    """Whatever it is."""
    return iter(())


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Check:
    """A number from `least` to `most`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            yield at("must be an integer" if whole else "must be a number", pointer)
        elif least is not None and value < least:
            yield at(f"must be at least {least}", pointer)
        elif most is not None and value > most:
            yield at(f"must be at most {most}", pointer)

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in words:
            yield at(f"must be one of: {', '.join(words)}", pointer)

    return check


def items(check_one: Check, most: int | None = None, *, least: int = 0) -> Check:
    """A list of `least` to `most` items, each passing `check_one`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield at("must be an array", pointer)
            return
        if len(value) < least:
            yield at(f"must contain at least {least} item{'s' * (least != 1)}", pointer)
        if most is not None and len(value) > most:
            yield at(f"no more than {most} items allowed", pointer)
            return
        for number_, item in enumerate(value):
            yield from check_one(item, f"{pointer}/{number_}")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields, which of them must be there, and rules between them. Unknown keys are problems."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at("must be an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                yield at(f"missing required field: {name}", pointer)
        for name, given in value.items():
            if name not in self.fields:
                yield at(f"no additional property allowed: {name}", pointer)
            elif given is not None:
                yield from self.fields[name](given, f"{pointer}/{name}")
        for rule in self.rules:
            yield from rule(value, pointer)


def by_type(shapes: Mapping[str, Check], allowed: frozenset[str] | None = None) -> Check:
    """An object whose `type` chooses its shape; only `allowed` types, or all of `shapes`."""
    known = shapes.keys() if allowed is None else allowed

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield at("must be an object", pointer)
        elif kind is None:
            yield at("missing required field: type", pointer)
        elif kind not in shapes:
            yield at(f"unsupported type: {kind}", f"{pointer}/type")
        elif kind not in known:
            yield at(f"unsupported type: {kind}; allowed here: {', '.join(sorted(known))}", f"{pointer}/type")
        else:
            yield from shapes[kind](value, pointer)

    return check


def exactly_one(*names: str) -> Check:
    """A rule: one of these fields is there, and only one."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield at(f"must have exactly one of: {', '.join(names)}", pointer)

    return check


def at_least_one(*names: str) -> Check:
    """A rule: one of these fields is there, or more."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not any(value.get(name) for name in names):
            yield at(f"must have at least one of: {', '.join(names)}", pointer)

    return check


URL = matching(r"https?://\S+", "a valid http(s) URL")
