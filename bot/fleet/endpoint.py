"""Addresses with a port, `db.example.com:5432`, in which `{host}`, `{name}` and `{VAR}` may be filled in."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.fleet.refusal import refuse
from bot.fleet.words import placeholders

ENDPOINT = r"^(?P<host>[A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})$"
ALLOWED = "host:port, such as db.example.com:5432 or {host}:5432"


def endpoint(value: str) -> str:
    """An address and a port that can be connected to, once the names in braces are filled in."""
    filled = value.format_map(dict.fromkeys(placeholders(value), "1"))
    found = re.fullmatch(ENDPOINT, filled)
    if not found:
        raise refuse("is not an address with a port", ALLOWED)
    if not 1 <= int(found["port"]) <= 65535:
        raise refuse("has a port that does not exist", "ports 1 to 65535")
    return value


def split_endpoint(value: str) -> tuple[str, int]:
    """Host and port of a filled address; a host that is an IPv6 address may stand without brackets."""
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


Endpoint = Annotated[str, AfterValidator(endpoint), Field(json_schema_extra={"minLength": 3})]
