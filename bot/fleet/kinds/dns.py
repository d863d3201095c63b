"""The keys of a dns check: `dns: shop.example.com`, or with the records that there must be."""

import re
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from bot.fleet.entries import or_text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.words import placeholders
from bot.questions import DnsAsk
from bot.questions.dns import PORT

LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
Types = Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]


def domain_name(value: str) -> str:
    """A name of the DNS, once the names in braces are filled in."""
    filled = value.format_map(dict.fromkeys(placeholders(value), "1"))
    if len(filled) > 253 or not re.fullmatch(rf"{LABEL}(\.{LABEL})*\.?", filled):
        raise refuse("is not a name of the DNS", "such as shop.example.com")
    return value


def resolver(value: str) -> str:
    """The IP address of a name server, with a port behind it where that is not 53."""
    try:
        _split(value)
    except ValueError:
        allowed = "an IP address, 10.0.0.2 or [fd00::2], and perhaps a port: 10.0.0.2:5353"
        raise refuse("is not the address of a name server", allowed) from None
    return value


def _split(value: str) -> tuple[str, int]:
    found = re.fullmatch(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+))(?::(?P<port>[0-9]{1,5}))?", value)
    if not found:
        raise ValueError(value)
    port = int(found["port"] or PORT)
    if not 1 <= port <= 65535:
        raise ValueError(value)
    return str(ip_address(found["six"] or found["four"])), port


def one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


DomainName = Annotated[str, AfterValidator(domain_name), Field(json_schema_extra={"minLength": 1})]
Resolver = Annotated[str, AfterValidator(resolver), Field(json_schema_extra={"minLength": 2})]
Record = Annotated[str, Field(min_length=1, max_length=1000)]
TEXT = {"type": "string", "minLength": 1, "maxLength": 1000}
Records = Annotated[
    tuple[Record, ...],
    BeforeValidator(one_or_many),
    WithJsonSchema({"anyOf": [TEXT, {"type": "array", "items": TEXT}]}),
]


class Dns(Part):
    """A name that must resolve; and to what, where that is given."""

    model_config = ConfigDict(json_schema_extra=or_text)

    domain: DomainName = Field(description="The name; with per_host, {host}, {name} and {VAR} are filled in.")
    type: Types = Field(default="A", description="The type of its records.")
    expect: Records = Field(
        default=(), description="Records that must be among them, one or a list; left out: any will do."
    )
    resolver: Resolver | None = Field(
        default=None, description="IP address of the name server that is asked; left out: those of the bot's host."
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"domain": value} if isinstance(value, str) else value

    def question(self, fill: Fill, timeout: timedelta) -> DnsAsk:
        where = _split(self.resolver) if self.resolver else ("", PORT)
        return DnsAsk(fill(self.domain), self.type, timeout, frozenset(self.expect), *where)

    def templates(self) -> Templates:
        yield ("dns",), self.domain
