"""The keys of a check: one of the kinds, and what all kinds have in common."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, model_validator

from bot.fleet.allowance import Allowance, AllowanceField
from bot.fleet.duration import Answer, Interval
from bot.fleet.kinds import KINDS, CpuAbove, Dns, Heartbeat, HttpKeys, Kind, Metric, Ssh, Tcp, Tls
from bot.fleet.problems import did_you_mean
from bot.fleet.refusal import refuse
from bot.fleet.words import Name
from bot.model import Action, Severity

HTTP_KEYS = [field.alias or name for name, field in HttpKeys.model_fields.items() if name != "http"]
NEEDS_ACTION = "a check without an action does not load"


def _action(value: object) -> object:
    if value is None:
        raise refuse(NEEDS_ACTION, "rollback, restart, scale or runbook")
    return value


# A job that does not come is no matter of chance, and a metric has its own points: both are believed at once.
USUAL: Mapping[str, Mapping[str, Any]] = {
    "ssh": {"per_host": True},
    "heartbeat": {"every": timedelta(seconds=10), "down_after": 1, "up_after": 1},
    "metric": {"every": timedelta(minutes=1), "down_after": 1, "up_after": 1},
    "cpu_above": {"every": timedelta(minutes=1), "down_after": 1, "up_after": 1},
}


def usually(key: str, other: Any) -> Callable[[dict[str, Any]], Any]:
    """The default of a key: that of the check's kind, where it has one of its own."""

    def default(given: dict[str, Any]) -> Any:
        return next((own[key] for kind, own in USUAL.items() if given.get(kind) is not None and key in own), other)

    return default


class CheckConfig(HttpKeys):
    """One thing asked again and again, and what an alert offers."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS]})

    tcp: Tcp | None = Field(default=None, description="An address that must take connections, host:port.")
    tls: Tls | None = Field(default=None, description="An address whose certificate must be sound, host:port.")
    dns: Dns | None = Field(default=None, description="A name that must resolve.")
    ssh: Ssh | None = Field(default=None, description="A command that must end with 0 on every host.")
    heartbeat: Heartbeat | None = Field(default=None, description="A job that calls the bot; how often it runs.")
    metric: Metric | None = Field(
        default=None, description="A number of Prometheus or CloudWatch that must keep to a limit."
    )
    cpu_above: CpuAbove | None = Field(
        default=None, description="How busy the service may be: `85 for 10m`, or {percent, for, of}."
    )
    name: Name | None = Field(default=None, description="Part of the check's id; its kind when left out.")
    every: Interval = Field(
        default_factory=usually("every", timedelta(seconds=30)),
        description="How often it is asked; left out: 30s, of a heartbeat 10s, of a metric or cpu_above 1m.",
    )
    timeout: Answer = Field(default=timedelta(seconds=10), description="How long one answer may take.")
    down_after: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default_factory=usually("down_after", 3),
        description="Failures in a row that make it DOWN; left out: 3, of a heartbeat, metric or cpu_above 1."
        " A job that calls /fail is DOWN at once.",
    )
    up_after: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default_factory=usually("up_after", 2),
        description="Good answers in a row that make it UP; left out: 2, of a heartbeat, metric or cpu_above 1.",
    )
    action: Annotated[Action, BeforeValidator(_action)] = Field(description="The button its alert offers.")
    auto: StrictBool = Field(default=False, description="Its action, rollback, restart or scale, runs by itself too.")
    at_most: AllowanceField = Field(
        default=Allowance(2, timedelta(hours=1)), description="How often it may; then it is for people."
    )
    severity: Severity = Field(
        default=Severity.PAGE, description="page is told by NOTIFY_URLS too, warn in Slack unless they say otherwise."
    )
    per_host: StrictBool = Field(
        default_factory=usually("per_host", False),
        description="Ask every host of the deployment by itself; left out: only where it is a command.",
    )

    @model_validator(mode="before")
    @classmethod
    def one_kind(cls, value: Any) -> Any:
        given = [kind for kind in KINDS if value.get(kind) is not None] if isinstance(value, Mapping) else KINDS[:1]
        if len(given) != 1:
            what = f"asks {len(given)} things at once: {' and '.join(given)}" if given else "asks nothing"
            raise refuse(what, f"one of {', '.join(KINDS)}", "make two checks of it" if given else _nearest(value))
        foreign = [key for key in HTTP_KEYS if key in value] if given != ["http"] else []
        if foreign:
            raise refuse(
                f"is a {given[0]} check, and {foreign[0]} belongs to an http check", hint=f"leave {foreign[0]} out"
            )
        return value

    @property
    def kind(self) -> str:
        """The key that says what is asked."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def asks(self) -> Kind:
        """What is asked, as its kind reads it."""
        found: Kind = self if self.kind == "http" else getattr(self, self.kind)
        return found

    @property
    def label(self) -> str:
        """The name, or what it is by default."""
        return self.name or self.kind


def _nearest(value: Mapping[str, Any]) -> str:
    unknown = [key for key in value if key not in CheckConfig.model_fields]
    return next(filter(None, (did_you_mean(str(key), KINDS) for key in unknown)), "")
