"""The keys of an http check. They stand in the check itself, beside `every` and `action`."""

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from bot.fleet.entries import Statuses
from bot.fleet.kinds.conditions import ConditionEntry
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.kinds.headers import Headers
from bot.fleet.part import Part
from bot.fleet.words import Template
from bot.questions import Ask
from bot.questions.conditions import Condition
from bot.questions.request import PLAIN, Request

MOST_CONDITIONS = 20


Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class HttpKeys(Part):
    """What is asked over HTTP, and which answer is well."""

    http: Template | None = Field(
        default=None, description="An address that is asked; with per_host, {host}, {name} and {VAR} are filled in."
    )
    method: Method | None = Field(default=None, description="How it is asked; left out: GET, or POST with `send`.")
    headers: Headers = Field(
        default={},
        description="Sent along; ${NAME} stands for a secret of CHECK_SECRETS, ${ssm:/path} for one that AWS keeps.",
    )
    send: Annotated[str, Field(max_length=10_000)] = Field(default="", description="The body that is sent.")
    follow: Annotated[StrictInt, Field(ge=0, le=10)] = Field(
        default=0, description="How many redirects are followed; 0: a redirect is an answer like any other."
    )
    verify: StrictBool = Field(default=True, description="Whether the certificate of https must be sound.")
    http2: StrictBool = Field(default=False, description="It must speak HTTP/2.")
    statuses: Statuses = Field(
        default=(200,), alias="status", min_length=1, description="Status codes that are well: 200, 2xx, or a list."
    )
    body: str = Field(default="", description="Text that the answer must hold, in its first 64 KiB.")
    conditions: Annotated[tuple[ConditionEntry, ...], Field(max_length=MOST_CONDITIONS)] = Field(
        default=(), description="What else the answer must be; all of them."
    )

    @property
    def status(self) -> tuple[int, ...]:
        return self.statuses

    @cached_property
    def request(self) -> Request:
        """How it is asked, beyond its address."""
        method = self.method or ("POST" if self.send else "GET")
        headers = tuple(self.headers.items())
        found = Request(method, headers, self.send, self.follow, self.verify, self.http2)
        return PLAIN if found == PLAIN else found

    @cached_property
    def well(self) -> frozenset[int]:
        """The statuses that are: the same set for every host."""
        return frozenset(self.statuses)

    @cached_property
    def wanted(self) -> tuple[Condition, ...]:
        """The conditions as the prober needs them: the same for every host."""
        return tuple(entry.condition() for entry in self.conditions)

    def question(self, fill: Fill, timeout: timedelta) -> Ask:
        request = replace(self.request, account=fill.account) if self.request.sealed else self.request
        return Ask(fill(self.http or ""), timeout, self.well, self.body, request, self.wanted)

    def templates(self) -> Templates:
        yield ("http",), self.http or ""
