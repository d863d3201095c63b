"""Auto Scaling groups as pools: told how many, and which may go; they make and end instances by themselves.

Fills scaler.PoolScaler. The group keeps the number, so nothing is lost by a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Balancer
from bot.capacity import AsgPool, Fitness, Machine, ScaleOrder, Standing, estranged
from bot.cloud import Member, ScalingGroup
from bot.counting import count
from bot.errors import CloudFull, CloudRefused

log = structlog.get_logger(__name__)

DESCRIBE = "autoscaling:DescribeAutoScalingGroups"
SET = "autoscaling:SetDesiredCapacity"
END = "autoscaling:TerminateInstanceInAutoScalingGroup"
ACTIVITIES = 5  # the newest ones that are looked at for trouble
PAGE = 1000
UNKNOWN_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
FITNESS = {"InService": Fitness.HEALTHY, "Standby": Fitness.STANDBY, "EnteringStandby": Fitness.STANDBY}
OUT = ("Terminat", "Detach")  # the beginnings of the states of those that leave


@dataclass(frozen=True, slots=True)
class Group:
    """As AWS tells it, with what it does not tell of its instances. `desired` counts those too that a deploy holds in
    standby, `resting` of them: AWS does not count them until they are back.
    """

    name: str
    desired: int
    least: int
    most: int
    machines: tuple[Machine, ...]
    resting: int = 0


def nobody(_: ScalingGroup) -> frozenset[str]:
    return frozenset()


class AsgScaler:
    """`resting` says whom deploys hold in standby."""

    def __init__(
        self, sessions: Sessions, balancer: Balancer, resting: Callable[[ScalingGroup], frozenset[str]] = nobody
    ) -> None:
        self._sessions = sessions
        self._balancer = balancer
        self._resting = resting

    def read(self, pool: AsgPool) -> Standing:
        return self._standing(pool, self._group(pool))

    def shielded(self, pool: AsgPool, names: Sequence[str]) -> frozenset[str]:
        return frozenset(one.name for one in self._group(pool).machines if one.protected and one.name in names)

    def advance(self, pool: AsgPool, order: ScaleOrder) -> Standing:
        group = self._group(pool)
        if words := estranged(order, group.desired):
            raise CloudRefused(SET, f"{pool.name} {words}")
        _inside(group, order)
        notes = self._end(pool, group, order)
        if notes:  # who was chosen stays, and the group shall not choose another one instead
            return replace(self.read(pool), notes=tuple(notes))
        group = self._group(pool)
        if group.desired != order.after:
            self._set(pool, order.after - group.resting)
        return self.read(pool)

    def _end(self, pool: AsgPool, group: Group, order: ScaleOrder) -> list[str]:
        """Those that the order names. Where fewer shall be there, the number that the group keeps is lessened by one in
        the same call; one that is replaced is made anew by the group.
        """
        here = [one for one in group.machines if one.name in order.leave and one.stays]
        for machine in here:
            if not machine.protected:
                log.info("instance ended", group=pool.name, order=order.id, host=machine.name)
                self._end_one(pool, machine.name, fewer=order.after < order.before)
        return [f"{one.name} is protected from scale-in in {pool.name} and stays" for one in here if one.protected]

    def _end_one(self, pool: AsgPool, name: str, fewer: bool) -> None:
        call, wanted = self._client(pool).terminate_instance_in_auto_scaling_group, {"InstanceId": name}
        asked(END, lambda: call(**wanted, ShouldDecrementDesiredCapacity=fewer), pool.name)

    def _set(self, pool: AsgPool, number: int) -> None:
        client = self._client(pool)
        wanted = {"AutoScalingGroupName": pool.name, "DesiredCapacity": number, "HonorCooldown": False}
        asked(SET, lambda: client.set_desired_capacity(**wanted), pool.name)

    def _group(self, pool: AsgPool) -> Group:
        client = self._client(pool)
        answer = asked(DESCRIBE, lambda: client.describe_auto_scaling_groups(AutoScalingGroupNames=[pool.name]))
        found = [one for one in answer["AutoScalingGroups"] if one["AutoScalingGroupName"] == pool.name]
        if not found:
            raise CloudRefused(DESCRIBE, f"there is no Auto Scaling group {pool.name} here: compare name and region")
        group = _group_of(found[0], self._launched(pool), self._members(pool))
        held = self._resting(ScalingGroup(pool.name, pool.account))  # written down before they go, so asked afterwards
        resting = sum(one.fitness is Fitness.STANDBY and one.name in held for one in group.machines)
        return replace(group, desired=group.desired + resting, resting=resting)

    def _launched(self, pool: AsgPool) -> dict[str, datetime]:
        """When each of its instances was launched: the group does not say."""
        ec2 = self._sessions.client("ec2", pool.account)
        filters = [{"Name": "tag:aws:autoscaling:groupName", "Values": [pool.name]}]
        pages = ec2.get_paginator("describe_instances")

        def read() -> dict[str, datetime]:
            return {
                one["InstanceId"]: one["LaunchTime"]
                for page in pages.paginate(Filters=filters, PaginationConfig={"PageSize": PAGE})
                for reservation in page["Reservations"]
                for one in reservation["Instances"]
            }

        return asked("ec2:DescribeInstances", read)

    def _members(self, pool: AsgPool) -> dict[str, Member] | None:
        return self._balancer.members(pool.group) if pool.group else None

    def _standing(self, pool: AsgPool, group: Group) -> Standing:
        standing = Standing(group.desired, group.machines)
        short = standing.healthy < group.desired
        return replace(standing, notes=self._troubles(pool, group)) if short else standing

    def _troubles(self, pool: AsgPool, group: Group) -> tuple[str, ...]:
        """Why the group could not do its last things, in its own words, the newest first; those before a success are
        over.
        """
        client = self._client(pool)
        asking = {"AutoScalingGroupName": pool.name, "MaxRecords": ACTIVITIES}
        answer = asked("autoscaling:DescribeScalingActivities", lambda: client.describe_scaling_activities(**asking))
        said = []
        for activity in answer["Activities"]:
            if activity["StatusCode"] == "Successful":
                break
            if activity["StatusCode"] in ("Failed", "Cancelled"):
                said.append(activity.get("StatusMessage", "") or activity.get("Description", ""))
        return tuple(dict.fromkeys(word for word in said if word))

    def _client(self, pool: AsgPool) -> Any:
        return self._sessions.client("autoscaling", pool.account)


def _inside(group: Group, order: ScaleOrder) -> None:
    """Raises CloudFull for a number that the group's own limits do not let it have."""
    if order.after > group.most:
        words = f"{group.name} may have {count(group.most, 'instance')} at most: raise its MaxSize, or lower `max`"
        raise CloudFull(SET, words)
    if order.after < group.least:
        words = f"{group.name} must have {count(group.least, 'instance')} at least: lower its MinSize, or raise `min`"
        raise CloudFull(SET, words)


def _group_of(said: Mapping[str, Any], launched: Mapping[str, datetime], members: dict[str, Member] | None) -> Group:
    machines = [_machine(one, launched, members) for one in said.get("Instances", ())]
    machines.sort(key=lambda one: (one.launched_at, one.name))
    return Group(
        said["AutoScalingGroupName"], said["DesiredCapacity"], said["MinSize"], said["MaxSize"], tuple(machines)
    )


def _machine(said: Mapping[str, Any], launched: Mapping[str, datetime], members: dict[str, Member] | None) -> Machine:
    name, state = said["InstanceId"], said["LifecycleState"]
    member = None if members is None else members.get(name, Member("not in it"))
    fitness, reason = _fitness(state, said["HealthStatus"], member)
    return Machine(
        name,
        fitness,
        launched.get(name, UNKNOWN_SINCE),
        reason,
        protected=said["ProtectedFromScaleIn"],
        release=said.get("LaunchTemplate", {}).get("Version", ""),
        zone=said["AvailabilityZone"],
    )


def _fitness(state: str, health: str, member: Member | None) -> tuple[Fitness, str]:
    """`member` None: the group has no load balancer that is known here."""
    if state.startswith(OUT):
        return Fitness.LEAVING, state
    if state not in FITNESS:
        return Fitness.PENDING, state
    if health.lower() != "healthy":
        return Fitness.UNHEALTHY, f"{health} in its group"
    if state == "InService" and member is not None and not member.serves:
        return _balanced(member), f"the load balancer: {member}"
    return FITNESS[state], "" if state == "InService" else state


def _balanced(member: Member) -> Fitness:
    if member.leaves:
        return Fitness.STANDBY
    return Fitness.PENDING if member.state in ("initial", "not in it") else Fitness.UNHEALTHY
