"""The one way in: text to Fleet, or every problem at once."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.json_schema import GenerateJsonSchema

from bot.errors import ConfigError, Problem
from bot.fleet.duration import duration_text
from bot.fleet.problems import Finding, from_pydantic
from bot.fleet.reading import read
from bot.fleet.rules import broken
from bot.fleet.shape import Fleet


def load_fleet(text: str, source: str = "fleet.yaml") -> Fleet:
    """Raises ConfigError with every problem, each with its path, its line and what may stand there instead."""
    reading = read(text, source)
    if reading.problems:
        raise ConfigError(reading.problems)
    if not isinstance(reading.data, dict):
        what = "is empty" if reading.data is None else "must be a set of keys"
        raise ConfigError([Problem(source, what, hint="begin with version: 1; fleet.example.yaml shows the rest")])
    findings: list[Finding] = []
    fleet: Fleet | None = None
    try:
        fleet = Fleet.model_validate(reading.data)
    except ValidationError as error:
        findings += from_pydantic(error, reading, schema())
    findings += broken(reading)
    if fleet is None or findings:
        raise ConfigError([problem for _, problem in sorted(findings, key=lambda found: found.line)])
    return fleet


def load_fleet_file(path: Path) -> Fleet:
    """The fleet of a file. Raises ConfigError, also when there is no such file or it is not text."""
    return load_fleet(read_fleet_file(path), str(path))


def read_fleet_file(path: Path) -> str:
    """The file's text. Raises ConfigError when there is no such file or it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = "copy fleet.example.yaml and change it, or set FLEET_FILE"
        raise ConfigError([Problem(str(path), "does not exist", hint=hint)]) from None
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError([Problem(str(path), f"cannot be read: {why}")]) from None


class _Words(GenerateJsonSchema):
    """Durations as people write them, and no titles that only repeat the key."""

    def encode_default(self, dft: Any) -> Any:
        return duration_text(dft) if isinstance(dft, timedelta) else super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the fleet file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pointsman fleet file",
        **{key: value for key, value in Fleet.model_json_schema(schema_generator=_Words).items() if key != "title"},
    }
