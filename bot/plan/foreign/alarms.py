"""A CloudWatch alarm, as SNS brings it."""

from typing import Any
from urllib.parse import quote

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from bot.plan.foreign.fields import Name, Sent, Text, malformed
from bot.reports import Malformed, Report

SOURCE = "CloudWatch"


class Dimension(Sent):
    name: Text
    value: Text


class Trigger(Sent):
    metric: Text = Field(default="", alias="MetricName")
    dimensions: tuple[Dimension, ...] = Field(default=(), alias="Dimensions")


class Alarm(Sent):
    name: Name = Field(alias="AlarmName")
    arn: Name = Field(alias="AlarmArn", pattern=r"^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+$")
    about: Text = Field(default="", alias="AlarmDescription")
    state: Name = Field(alias="NewStateValue")
    reason: Text = Field(default="", alias="NewStateReason")
    changed: AwareDatetime = Field(alias="StateChangeTime")
    trigger: Trigger = Field(default=Trigger(), alias="Trigger")

    @field_validator("about", "trigger", mode="before")
    @classmethod
    def there(cls, value: Any, info: Any) -> Any:
        """AWS writes null for what is not set."""
        return value if value is not None else ("" if info.field_name == "about" else {})


def alarm(message: str) -> Report | Malformed | None:
    """`message` is what SNS carries. None for INSUFFICIENT_DATA: unknown is neither down nor up."""
    try:
        found = Alarm.model_validate_json(message)
    except ValidationError as error:
        return malformed(error)
    if found.state not in ("ALARM", "OK"):
        return None
    tags = {one.name.lower(): one.value for one in found.trigger.dimensions}
    region = found.arn.split(":")[3]
    return Report(
        source=SOURCE,
        key=f"cloudwatch/{found.arn.removeprefix('arn:')}",
        firing=found.state == "ALARM",
        at=found.changed,
        name=found.name,
        cause=found.about or found.reason or found.trigger.metric,
        service=_tag(found.about, "service") or tags.get("service", ""),
        environment=_tag(found.about, "environment") or tags.get("environment", ""),
        host=tags.get("host", "") or tags.get("instanceid", ""),
        runbook=None,
        link=f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:alarm/{quote(found.name)}",
    )


def _tag(text: str, name: str) -> str:
    """Of a description such as `queue is long (service=shop environment=production)`: alarms have no labels."""
    for word in text.replace(",", " ").replace("(", " ").replace(")", " ").replace(";", " ").split():
        key, sign, value = word.partition("=")
        if sign and key.lower() == name:
            return value
    return ""
