"""Secrets that are known, and any text without them: one piece for the log, for the audit, and for what targets say."""

import html
import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast
from urllib.parse import quote

MASK = "***"
SHORTEST = 6  # characters: a shorter one would tear words apart
CUT = "…"  # where a text was shortened
SEVERAL = (list, tuple, set, frozenset)

T = TypeVar("T")
Hidden = Callable[[str], str]
"""A text without any secret: Secrets.hidden."""


class Secrets:
    """May be used from any thread, and learns while it is used: a secret may be opened late, or anew."""

    def __init__(self, values: Iterable[str] = (), shortest: int = SHORTEST) -> None:
        self._shortest = shortest
        self._guard = threading.Lock()
        self._forms: tuple[str, ...] = ()  # the longest first: one may be a part of another
        self.learn(*values)

    def learn(self, *values: str) -> None:
        """From now on these are hidden too."""
        found = {form for value in values for form in _forms(value) if len(form) >= self._shortest}
        with self._guard:
            self._forms = tuple(sorted(found.union(self._forms), key=len, reverse=True))

    def hidden(self, text: str) -> str:
        """The text with MASK in their places, also where a secret was cut off with the end or the beginning of it."""
        forms = self._forms
        for form in forms:
            if form in text:
                text = text.replace(form, MASK)
        if text.endswith(CUT):
            text = self._without_beginning(text.removesuffix(CUT), forms) + CUT
        if text.startswith(CUT):
            text = CUT + self._without_end(text.removeprefix(CUT), forms)
        return text

    def _without_beginning(self, text: str, forms: Iterable[str]) -> str:
        """Without the first characters of a secret at its end."""
        for form in forms:
            for at in _found(text, form[: self._shortest], max(0, len(text) - len(form))):
                if form.startswith(text[at:]):
                    return text[:at] + MASK
        return text

    def _without_end(self, text: str, forms: Iterable[str]) -> str:
        """Without the last characters of a secret at its beginning."""
        for form in forms:
            for at in reversed(list(_found(text[: len(form)], form[-self._shortest :], 0))):
                upto = at + self._shortest
                if form.endswith(text[:upto]):
                    return MASK + text[upto:]
        return text


NONE = Secrets()


def shortened(text: str, most: int) -> str:
    """At most so many characters. What was cut off is marked: half of a secret is then still known as one."""
    return text if len(text) <= most else text[: most - 1] + CUT


def without(value: T, hidden: Hidden, words: Collection[str] | None = None) -> T:
    """The value with each of its texts hidden, through dataclasses, lists, tuples, sets and dicts; with `words` only
    those in fields of these names. The very same where there is nothing to hide.
    """
    return cast(T, _without(value, hidden, words))


def _without(value: Any, hidden: Hidden, words: Collection[str] | None) -> Any:
    if isinstance(value, str):
        return hidden(value) if words is None else value
    if type(value) in SEVERAL:
        several = [_without(one, hidden, words) for one in value]
        return value if _same(value, several) else type(value)(several)
    if type(value) is dict:
        pairs = [_without(pair, hidden, words) for pair in value.items()]
        return value if _same(value.items(), pairs) else dict(pairs)
    if is_dataclass(value) and not isinstance(value, type):
        inner = {one.name: None if words is None or one.name in words else words for one in fields(value) if one.init}
        before = {name: getattr(value, name) for name in inner}
        after = {name: _without(found, hidden, inner[name]) for name, found in before.items()}
        return value if before == after else replace(value, **after)
    return value


def _same(before: Iterable[Any], after: Iterable[Any]) -> bool:
    return all(one == other for one, other in zip(before, after, strict=True))


def _found(text: str, part: str, start: int) -> Iterator[int]:
    at = text.find(part, start)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _forms(value: str) -> set[str]:
    """As it is, line by line, and as it stands in JSON, in an address and in a page."""
    whole = {value, value.strip()}
    lines = {line.strip() for line in value.splitlines()}
    as_json = {json.dumps(form, ensure_ascii=False)[1:-1] for form in whole}
    return {*whole, *lines, *as_json, quote(value.strip(), safe=""), html.escape(value.strip())}
