"""CHECK_SECRETS: what `${NAME}` stands for in the headers of checks. Nothing of a value is ever shown."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from bot.fleet.refusal import refuse

NAME = r"[A-Z][A-Z0-9_]{0,59}"
SHORTEST = 8  # characters: the log leaves out every secret, and shorter ones would be parts of words
ALLOWED = "NAME=value, one a line; the name in capitals"


def check_secrets(value: SecretStr) -> SecretStr:
    """Refuses what could not be sent in a header, by the number of its line."""
    seen: set[str] = set()
    for number, line in _lines(value.get_secret_value()):
        name, equals, secret = line.partition("=")
        if not equals or not re.fullmatch(NAME, name):
            raise refuse(f"line {number} is not a secret with its name", ALLOWED)
        if name in seen:
            raise refuse(f"line {number} names {name} a second time", "each name once")
        if len(secret) < SHORTEST or not secret.isprintable() or secret != secret.strip():
            raise refuse(f"{name} in line {number} cannot be sent", f"{SHORTEST} printable characters or more")
        seen.add(name)
    return value


def pairs(text: str) -> dict[str, str]:
    """The secrets by name."""
    return {name: secret for _, line in _lines(text) for name, _, secret in [line.partition("=")]}


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines that say something, with their numbers from 1 on."""
    stripped = enumerate((line.strip() for line in text.splitlines()), 1)
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


CheckSecrets = Annotated[SecretStr, AfterValidator(check_secrets)]
