"""The keys of a tls check: `tls: "shop.example.com:443"`, or with the name that the certificate must have."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from bot.fleet.endpoint import Endpoint, split_endpoint
from bot.fleet.entries import or_text
from bot.fleet.kinds.dns import DomainName
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.questions import TlsAsk

DAYS = r"^>\s*([0-9]{1,3})$"


def days(value: object) -> int:
    """`> 14` as 14."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"> {value}"
    found = re.fullmatch(DAYS, value) if isinstance(value, str) else None
    if not found:
        raise refuse("is not a number of days", '"> 14", at most "> 999"')
    return int(found[1])


Days = Annotated[
    int,
    BeforeValidator(days),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": DAYS}, {"type": "integer", "minimum": 0, "maximum": 999}]}),
]


class Tls(Part):
    """A certificate that must be trusted, be for its name, and live on for a while."""

    model_config = ConfigDict(json_schema_extra=or_text)

    address: Endpoint = Field(description="host:port; with per_host, {host}, {name} and {VAR} are filled in.")
    server: DomainName | None = Field(
        default=None, description="The name that is asked for, and must be in the certificate; left out: the host."
    )
    days: Days = Field(default=14, description='Days that it must live on: "> 14".')

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value

    def question(self, fill: Fill, timeout: timedelta) -> TlsAsk:
        host, port = split_endpoint(fill(self.address))
        return TlsAsk(host, port, fill(self.server) if self.server else host, self.days, timeout)

    def templates(self) -> Templates:
        yield ("tls",), self.address
        if self.server:
            yield ("tls", "server"), self.server
