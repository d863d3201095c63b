"""The keys of a tcp check: `tcp: "10.0.0.5:5432"`, or with what is said."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from bot.fleet.endpoint import Endpoint, split_endpoint
from bot.fleet.entries import or_text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.questions import TcpAsk

Text = Annotated[str, Field(max_length=1000)]


class Tcp(Part):
    """An address that must take connections; and what it must say, where that is given."""

    model_config = ConfigDict(json_schema_extra=or_text)

    address: Endpoint = Field(description="host:port; with per_host, {host}, {name} and {VAR} are filled in.")
    send: Text = Field(default="", description="Text that is sent first; \\r\\n in double quotes ends a line.")
    expect: Text = Field(default="", description="Text that the answer must hold; left out: connecting is enough.")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value

    def question(self, fill: Fill, timeout: timedelta) -> TcpAsk:
        return TcpAsk(*split_endpoint(fill(self.address)), timeout, self.send, self.expect)

    def templates(self) -> Templates:
        yield ("tcp",), self.address
