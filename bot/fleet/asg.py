"""Auto Scaling groups whose instances are replaced, never mended: the key `asg`."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from bot.fleet.duration import Between
from bot.fleet.duration import Text as Duration
from bot.fleet.managed import ManagedConfig
from bot.fleet.refusal import refuse

Text = Annotated[str, Field(min_length=1, max_length=255)]
PERCENT = r"^[0-9]{1,3}%$"
REF = "{ref}"
USER_DATA = 16_384  # bytes that EC2 takes
Soaking = Annotated[timedelta, *Duration, AfterValidator(Between("0s", "2d"))]
"""As long as AWS lets a refresh wait."""
Longer = Annotated[timedelta, *Duration, AfterValidator(Between("1m", "2d"))]
"""How long a system may take that replaces machines."""


def _percent(low: int, high: int) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(PERCENT, value) or not low <= int(value[:-1]) <= high:
            raise refuse("is no percentage of the group that AWS takes", f'"{low}%" to "{high}%"')
        return int(value[:-1])

    return read


Written = (
    PlainSerializer(lambda value: f"{value}%", return_type=str),
    WithJsonSchema({"type": "string", "pattern": PERCENT}),
)
Lower = Annotated[int, BeforeValidator(_percent(0, 100)), *Written]
Upper = Annotated[int, BeforeValidator(_percent(100, 200)), *Written]


def _short(value: str) -> str:
    if len(value.encode()) > USER_DATA:
        raise refuse("is longer than EC2 takes", f"at most {USER_DATA:,} bytes", "let it fetch the rest")
    return value


class Asg(ManagedConfig):
    """One Auto Scaling group. A release is an image; a deploy makes a template version and refreshes the group."""

    BACKEND: ClassVar[str] = "asg"

    within: Longer = Field(
        default=timedelta(hours=2), description="By then a refresh must have ended, or it is turned back."
    )
    group: Text = Field(description="The Auto Scaling group's name.")
    image: Text | None = Field(
        default=None, description="An image's name for a {ref}; * and ? as in AWS. Left out: refs are AMI ids."
    )
    image_tags: dict[Text, Text] = Field(default={}, description="Tags of such an image; {ref} may stand in them.")
    image_owners: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        default=("self",), description="Whose images count: account ids, self, amazon."
    )
    user_data: Annotated[str, AfterValidator(_short)] | None = Field(
        default=None, description="What each instance runs at its start; left out: as the launch template says."
    )
    min_healthy: Lower | None = Field(
        default=None, description='Of the group, while it is refreshed: "90%". Left out: as the group or AWS says.'
    )
    max_healthy: Upper | None = Field(
        default=None,
        description='"110%": new ones start before old ones end. Needs min_healthy; left out: as AWS says.',
    )
    warm_up: Soaking | None = Field(
        default=None, description="How long a new instance is waited for; left out: as the group says."
    )
    alarms: Annotated[tuple[Text, ...], Field(max_length=10)] = Field(
        default=(), description="CloudWatch alarms, by name: one that goes off rolls the refresh back."
    )
    bake: Soaking = Field(
        default=timedelta(0), description="How long AWS watches the alarms once all instances are replaced."
    )
    protected: Literal["wait", "replace", "leave"] = Field(
        default="wait", description="What becomes of instances that are protected from scale-in; wait: an hour at most."
    )
    standby: Literal["wait", "terminate", "leave"] = Field(
        default="wait", description="What becomes of instances in standby; wait: an hour at most."
    )

    @property
    def unit(self) -> str:
        return f"{self.group} (Auto Scaling)"

    @model_validator(mode="after")
    def an_image_that_a_ref_names(self) -> "Asg":
        patterns = [*self.image_tags.values(), *([self.image] if self.image else [])]
        if patterns and not any(REF in text for text in patterns):
            raise refuse("takes any ref for the same images", 'a {ref} in image or image_tags: "shop-{ref}"')
        return self

    @model_validator(mode="after")
    def healthy_shares_that_fit(self) -> "Asg":
        low, high = self.min_healthy, self.max_healthy
        if high is not None and low is None:
            raise refuse("has max_healthy without min_healthy, which AWS does not take", "both, or only min_healthy")
        if high is not None and low is not None and high - low > 100:
            raise refuse("lets the group be too small and too large at once", "at most 100 % between the two")
        if self.bake and not self.alarms:
            raise refuse("bakes without an alarm that could go off", "alarms: [NAME]", "or leave bake out")
        return self
