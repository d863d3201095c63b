"""Values as text that is the same for equal values, on any machine and after any restart: what hashes are taken of."""

import json
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256


def canonical(value: object, without: Set[str] = frozenset()) -> str:
    """JSON with sorted keys, no spaces and only ASCII; `without` names fields of dataclasses to leave out.

    Dataclasses become objects, datetimes UTC, durations seconds, sets sorted lists. Raises TypeError for what has no
    such form, ValueError for NaN and for a datetime without a zone.
    """
    return json.dumps(_plain(value, without), sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 as 64 hex digits."""
    return sha256(text.encode()).hexdigest()


def _plain(value: object, without: Set[str]) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in without}
        return _plain(named, without)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"only text can be a key: {sorted(map(repr, value))}")
        return {str(key): _plain(each, without) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, without) for each in value]
    if isinstance(value, Set):
        return sorted((_plain(each, without) for each in value), key=json.dumps)
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")
