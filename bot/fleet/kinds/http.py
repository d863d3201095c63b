"""The keys of an http check. They stand in the check itself, beside `every` and `action`."""

from datetime import timedelta

from pydantic import Field

from bot.fleet.entries import Statuses
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.fleet.words import Template
from bot.questions import Ask


class HttpKeys(Part):
    """What is asked over HTTP, and which answer is well."""

    http: Template | None = Field(
        default=None, description="An address to GET; with per_host, {host}, {name} and {VAR} are filled in."
    )
    statuses: Statuses = Field(default=(200,), alias="status", min_length=1, description="Status codes that are well.")
    body: str = Field(default="", description="Text that the answer must hold.")

    @property
    def status(self) -> tuple[int, ...]:
        return self.statuses

    def question(self, fill: Fill, timeout: timedelta) -> Ask:
        return Ask(fill(self.http or ""), timeout, frozenset(self.statuses), self.body)

    def templates(self) -> Templates:
        yield ("http",), self.http or ""
