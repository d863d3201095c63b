"""EC2 instances as machines of a pool: read with their tags, and what the bot keeps on them in tags of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.capacity import Fitness, Machine
from bot.cloud import Member

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import InstanceTypeDef

ORDER = "pointsman:order"  # the scale order that made it
LAUNCH = "pointsman:launch"  # the how manieth launch of that order
JOINED = "pointsman:joined"  # it was put into its target group: whoever takes it out again means it
LEAVING = "pointsman:leaving"  # when it was told to go, ISO 8601
TEMPLATE = "aws:ec2launchtemplate:version"
ALIVE = frozenset({"pending", "running", "stopping", "stopped"})
STATES = {
    "pending": Fitness.PENDING,
    "stopping": Fitness.UNHEALTHY,
    "stopped": Fitness.UNHEALTHY,
    "shutting-down": Fitness.LEAVING,
}


@dataclass(frozen=True, slots=True)
class Instance:
    """`died` is why it ended, in AWS's words; empty while it lives."""

    name: str
    state: str
    launched_at: datetime
    zone: str
    subnet: str
    tags: Mapping[str, str]
    died: str = ""

    @property
    def order(self) -> str:
        return self.tags.get(ORDER, "")

    @property
    def launch(self) -> int:
        """-1 where it was made by somebody else."""
        return int(self.tags.get(LAUNCH, "-1"))

    @property
    def stays(self) -> bool:
        return self.state in ALIVE and LEAVING not in self.tags

    @property
    def waits(self) -> bool:
        """It was made by an order and not yet put into its target group."""
        return bool(self.order) and self.state == "running" and self.stays and JOINED not in self.tags


def instance_of(said: "InstanceTypeDef") -> Instance:
    state = said["State"]["Name"]
    died = said.get("StateReason", {}).get("Message", "") or said.get("StateTransitionReason", "")
    return Instance(
        said["InstanceId"],
        state,
        said["LaunchTime"],
        said.get("Placement", {}).get("AvailabilityZone", ""),
        said.get("SubnetId", ""),
        {tag["Key"]: tag["Value"] for tag in said.get("Tags", ())},
        "" if state in ALIVE else died or "no reason was given",
    )


def machine_of(instance: Instance, members: Mapping[str, Member] | None) -> Machine:
    """`members` None: there is no load balancer, and what runs counts as well."""
    fitness, reason = _fitness(instance, members)
    release, order = instance.tags.get(TEMPLATE, ""), instance.order
    return Machine(
        instance.name, fitness, instance.launched_at, reason, release=release, zone=instance.zone, order=order
    )


def _fitness(instance: Instance, members: Mapping[str, Member] | None) -> tuple[Fitness, str]:
    if LEAVING in instance.tags and instance.state in ALIVE:
        return Fitness.DRAINING, "goes"
    if instance.state in STATES:
        return STATES[instance.state], instance.state
    if members is None:
        return Fitness.HEALTHY, ""
    member = members.get(instance.name)
    if member is None:
        return (Fitness.PENDING if instance.waits else Fitness.STANDBY), "not in the load balancer"
    return _served(member), "" if member.serves else str(member)


def _served(member: Member) -> Fitness:
    """One that drains without being told to go comes back: a deploy is at it."""
    if member.serves:
        return Fitness.HEALTHY
    if member.leaves:
        return Fitness.STANDBY
    return Fitness.PENDING if member.state == "initial" else Fitness.UNHEALTHY
