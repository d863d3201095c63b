"""How a deploy goes through the hosts: the keys of `strategy`."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, ValidationInfo, field_validator

from bot.fleet.analysis import Analysis, switched
from bot.fleet.duration import Patience
from bot.fleet.entries import Batch, Tolerated
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.tolerance import Tolerance, Unreachable

BAKE = timedelta(minutes=2)
AFTERCARE = timedelta(minutes=5)  # a check that is asked every 30 s is down after 90 s: time for three such looks
BATCHES: tuple[int | str, ...] = (1, "50%", "100%")


ALWAYS = {"max_failures", "max_unavailable", "unreachable", "approve", "approve_within"}
BY_KIND = {"all_at_once": {"bake"}, "rolling": {"bake", "batches"}, "canary": {"bake", "batches", "analysis"}}
BY_KIND |= {"blue_green": {"bake", "keep"}}
"""What one kind takes over from another."""


def _batches_by_kind(data: dict[str, Any]) -> tuple[int | str, ...]:
    return ("100%",) if data.get("kind") in ("all_at_once", "blue_green") else BATCHES


def _rising_to_all(batches: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Counts rise, shares rise, and the last batch is everything."""
    counts = [batch for batch in batches if isinstance(batch, int)]
    shares = [int(batch.rstrip("%")) for batch in batches if isinstance(batch, str)]
    if any(later <= earlier for row in (counts, shares) for earlier, later in pairwise(row)):
        raise refuse("batches must grow: each says how many hosts run the release in all", 'such as [1, "50%", "100%"]')
    if not batches or batches[-1] != "100%":
        raise refuse('the last batch must be "100%", or hosts would be left behind', 'such as [1, "50%", "100%"]')
    return batches


class Strategy(Part):
    """How a deploy goes through the hosts."""

    kind: Literal["all_at_once", "rolling", "canary", "blue_green"] = Field(
        default="rolling",
        description="All hosts in one go, batch by batch, so with gates after the first batch, or beside the old one.",
    )
    batches: Annotated[tuple[Batch, ...], AfterValidator(_rising_to_all)] = Field(
        default_factory=_batches_by_kind,
        description='How many hosts run the new release after each batch: counts or shares; ends at "100%".',
    )
    max_failures: Tolerated = Field(
        default=0, description="How many hosts may fail before the deploy stops; they are left behind, and named."
    )
    max_unavailable: Batch | None = Field(
        default=None, description="How many hosts may be without service at once; left out: a whole batch."
    )
    unreachable: Unreachable = Field(
        default=Unreachable.FAILED, description="What a host counts as that cannot be reached: failed, or skipped."
    )
    keep: Patience = Field(
        default=timedelta(minutes=10), description="Of blue_green: how long the old release stays ready."
    )
    bake: Patience | None = Field(
        default_factory=lambda data: BAKE if data.get("kind") == "canary" else AFTERCARE,
        description="How long the service's checks are watched once a deploy is done: one that goes down rolls it back."
        " Of a canary also how long its first batch is watched before the next. null: not at all;"
        " 2m for a canary, else 5m, when left out.",
    )
    analysis: Annotated[Analysis | None, BeforeValidator(switched)] = Field(
        default=None, description="Of a canary: compare it with the old release while it bakes; true, or with limits."
    )
    approve: StrictBool = Field(
        default=False, description="People decide whether it goes on: after the canary, or before the first batch."
    )
    approve_within: Patience = Field(
        default=timedelta(hours=1), description="After this an unanswered approval is a no."
    )

    def chosen(self, kind: str | None = None, now: bool = False) -> "Strategy":
        """The same by another kind, for one deploy, with what this file says as far as that kind knows it; `now`
        leaves out what watches the canary. What people must approve, and what is borne, stays.
        """
        other = kind is not None and kind != self.kind
        known = ALWAYS | BY_KIND[kind] if kind and other else set(type(self).model_fields)
        given = {name: getattr(self, name) for name in self.model_fields_set & known}
        found = Strategy.model_validate({**given, "kind": kind or self.kind})
        return found.model_copy(update={"bake": None, "analysis": None}) if now else found

    @field_validator("batches")
    @classmethod
    def not_beside(cls, value: tuple[int | str, ...], info: ValidationInfo) -> tuple[int | str, ...]:
        if info.data.get("kind") == "blue_green":
            raise refuse("blue_green switches all hosts at once", "no batches", "leave it out, or set kind: rolling")
        return value

    @property
    def tolerance(self) -> Tolerance:
        """As a plan keeps it."""
        return Tolerance(self.max_failures, self.max_unavailable, self.unreachable)

    @field_validator("analysis")
    @classmethod
    def of_a_baking_canary(cls, value: Analysis | None, info: ValidationInfo) -> Analysis | None:
        if value and info.data.get("kind", "canary") != "canary":
            raise refuse(
                "compares a canary, and this is none", "with kind: canary", "set kind: canary, or leave it out"
            )
        if value and info.data.get("bake", True) is None:
            raise refuse("needs time to look", "with a bake", "set bake: 2m")
        return value
