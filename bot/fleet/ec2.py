"""Hosts that are not written down but found: EC2 instances by their tags."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt, ValidationInfo, field_validator

from bot.capacity import First
from bot.fleet.duration import Patience
from bot.fleet.entries import Variable, VariableText
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.sealed import is_sealed

Text = Annotated[str, Field(min_length=1, max_length=256)]
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
VERSION = r"^([0-9]{1,9}|\$Default|\$Latest)$"
ADDRESSES = "private_ip, public_ip, private_dns, public_dns, or tag:NAME for what that tag says"


def _where(value: str) -> str:
    plain = value in ("private_ip", "public_ip", "private_dns", "public_dns")
    if not plain and not (value.startswith("tag:") and len(value) > len("tag:")):
        raise refuse("is no address of an instance", ADDRESSES)
    return value


class LaunchConfig(Part):
    """How an instance more is made."""

    template: Text = Field(description="A launch template, by name or id.")
    version: Annotated[str, Field(pattern=VERSION)] = Field(
        default="$Default", description="Of the template: a number, $Default or $Latest."
    )
    subnets: tuple[Text, ...] = Field(
        default=(), description="Subnet ids, which are filled evenly; left out: where the template says."
    )


class Ec2(Part):
    """Running instances that have all of these tags are the hosts; each is called by its instance id."""

    tags: Annotated[dict[Text, Text], Field(min_length=1)] = Field(description="Tags that an instance must have, all.")
    region: Text | None = Field(default=None, description="Left out: as the AWS SDK finds it.")
    transport: Literal["ssh", "ssm"] = Field(
        default="ssh", description="How they are reached: ssh, or ssm for Systems Manager: no keys, no open port."
    )
    user: Login | None = Field(
        default=None, validate_default=True, description="Who logs in there; with ssm who runs the steps, root if none."
    )
    port: Annotated[StrictInt, Field(ge=1, le=65535)] = Field(default=22, description="Of SSH.")
    address: Annotated[str, AfterValidator(_where)] = Field(
        default="private_ip", description="Where an instance is reached: private_ip, public_ip, …, or tag:NAME."
    )
    vars: dict[Variable, VariableText] = Field(
        default={},
        description="Exported to the steps; {VAR} in URLs; ssm:/path is a secret. A tag of its name goes before.",
    )

    target_group: Text | None = Field(
        default=None, description="Name or ARN: each host leaves it before it is changed, and comes back well."
    )
    min_healthy: Annotated[StrictInt, Field(ge=0)] = Field(
        default=1, description="So many of the target group always serve."
    )
    drain: Patience = Field(
        default=timedelta(minutes=5), description="How long requests that are on their way are waited for."
    )
    join: Patience = Field(
        default=timedelta(minutes=5), description="How long the load balancer may take to find a host well."
    )
    launch: LaunchConfig | None = Field(
        default=None, description="How an instance more is made; left out: /scale makes none, unless `group` is given."
    )
    group: Text | None = Field(
        default=None,
        description="The Auto Scaling group that they are of: it makes and ends them, and a deploy holds it still.",
    )
    remove: First = Field(default="newest", description="Which goes first when there shall be fewer: newest or oldest.")

    @field_validator("group")
    @classmethod
    def one_way(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("launch") is not None:
            raise refuse("goes not with launch", hint="the group makes its instances itself: leave one of them out")
        return value

    @field_validator("user")
    @classmethod
    def somebody_logs_in(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("transport") == "ssh":
            raise refuse("is missing", "who logs in over SSH", "or set transport: ssm, which needs nobody")
        return value

    @field_validator("vars")
    @classmethod
    def nothing_that_ssm_would_keep(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        for name in value if info.data.get("transport") == "ssm" else ():
            if is_sealed(value[name]):
                hint = "read it in the step, as the instance: aws ssm get-parameter --with-decryption --name …"
                raise refuse(f"{name} is a secret, and Systems Manager keeps every command for 30 days", "", hint)
        return value
