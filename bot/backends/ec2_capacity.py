"""EC2 instances as a pool: made from a launch template, found by their tags, ended one by one.

Fills scaler.PoolScaler. All that must outlast a crash is in AWS: tags say who made an instance, whether it was put into
its target group and since when it goes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.backends.aws_errors import TROUBLE, asked, cloud_error
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Balancer
from bot.backends.ec2_hosts import literally
from bot.backends.ec2_instances import JOINED, LEAVING, Instance, instance_of, machine_of
from bot.backends.ec2_launch import Launches
from bot.capacity import Ec2Pool, ScaleOrder, Standing
from bot.cloud import Member

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import FilterTypeDef

log = structlog.get_logger(__name__)

DESCRIBE = "ec2:DescribeInstances"
PAGE = 1000  # instances in one answer, the most that AWS gives
SHIELD = "disableApiTermination"
GONE = "InvalidInstanceID.NotFound"


def utc_now() -> datetime:
    return datetime.now(UTC)


class Ec2Scaler:
    def __init__(self, sessions: Sessions, balancer: Balancer, now: Callable[[], datetime] = utc_now) -> None:
        self._sessions = sessions
        self._balancer = balancer
        self._now = now
        self._launches = Launches(sessions)

    def read(self, pool: Ec2Pool) -> Standing:
        return _standing(self._instances(pool), self._members(pool))

    def shielded(self, pool: Ec2Pool, names: Sequence[str]) -> frozenset[str]:
        return frozenset(name for name in names if self._shielded(self._client(pool), name))

    def advance(self, pool: Ec2Pool, order: ScaleOrder) -> Standing:
        instances, members = self._instances(pool), self._members(pool)
        notes = self._send_away(pool, order, instances, members)
        self._admit(pool, order, instances)
        self._launches.make(pool, order, instances)
        return replace(self.read(pool), notes=(*notes, *_deaths(order, instances)))

    def _instances(self, pool: Ec2Pool) -> list[Instance]:
        """With those that have ended, as long as AWS remembers them; the oldest first."""
        try:
            found = [instance_of(one) for one in self._described(pool)]  # type: ignore[arg-type] # boto3's own dict
        except TROUBLE as error:
            raise cloud_error(error, DESCRIBE) from error
        return sorted(found, key=lambda one: (one.launched_at, one.name))

    def _described(self, pool: Ec2Pool) -> Iterator[object]:
        filters: list[FilterTypeDef] = [
            {"Name": f"tag:{name}", "Values": [literally(value)]} for name, value in pool.search.tags
        ]
        pages = self._client(pool).get_paginator("describe_instances")
        for page in pages.paginate(Filters=filters, PaginationConfig={"PageSize": PAGE}):
            for reservation in page["Reservations"]:
                yield from reservation["Instances"]

    def _members(self, pool: Ec2Pool) -> dict[str, Member] | None:
        return self._balancer.members(pool.group) if pool.group else None

    def _send_away(
        self, pool: Ec2Pool, order: ScaleOrder, instances: Sequence[Instance], members: dict[str, Member] | None
    ) -> list[str]:
        """Out of the target group, and ended as soon as no request is on its way there, or patience is at its end. Also
        those that an order which was given up had told to go.
        """
        here = [one for one in instances if (one.name in order.leave or LEAVING in one.tags) and not one.died]
        kept = self.shielded(pool, [one.name for one in here])
        going = [one for one in here if one.name not in kept]
        self._tell(pool, [one.name for one in going if LEAVING not in one.tags])
        inside = members or {}
        if pool.group:
            self._balancer.leave(pool.group, [one.name for one in going if _serves(inside, one.name)])
        drained = [one.name for one in going if one.name not in inside or self._overdue(pool, one)]
        if drained:
            log.info("instances ended", order=order.id, hosts=drained)
            client = self._client(pool)
            asked("ec2:TerminateInstances", lambda: client.terminate_instances(InstanceIds=drained))
        return [f"{name} is protected from termination in EC2 and stays" for name in sorted(kept)]

    def _tell(self, pool: Ec2Pool, names: Sequence[str]) -> None:
        """That they go is written on them first: from then on nobody counts on them."""
        self._tag(pool, names, LEAVING, self._now().isoformat())

    def _overdue(self, pool: Ec2Pool, instance: Instance) -> bool:
        since = instance.tags.get(LEAVING)
        return since is not None and self._now() - datetime.fromisoformat(since) >= pool.drain

    def _admit(self, pool: Ec2Pool, order: ScaleOrder, instances: Sequence[Instance]) -> None:
        """Those that run and are ready into the target group, once."""
        if pool.group is None:
            return
        names = [one.name for one in instances if one.waits and (order.ready is None or one.name in order.ready)]
        if names:
            self._balancer.join(pool.group, names)
            self._tag(pool, names, JOINED, "yes")

    def _tag(self, pool: Ec2Pool, names: Sequence[str], key: str, value: str) -> None:
        if names:
            client = self._client(pool)
            tags = [{"Key": key, "Value": value}]
            asked("ec2:CreateTags", lambda: client.create_tags(Resources=list(names), Tags=tags))  # type: ignore[arg-type] # a plain dict does

    def _shielded(self, client: "EC2Client", name: str) -> bool:
        try:
            found = client.describe_instance_attribute(InstanceId=name, Attribute=SHIELD)  # type: ignore[arg-type] # a closed list
        except TROUBLE as error:
            if GONE in str(error):
                return False
            raise cloud_error(error, "ec2:DescribeInstanceAttribute", name) from error
        return bool(found["DisableApiTermination"].get("Value"))

    def _client(self, pool: Ec2Pool) -> "EC2Client":
        client: EC2Client = self._sessions.client("ec2", pool.search.account)
        return client


def _standing(instances: Sequence[Instance], members: dict[str, Member] | None) -> Standing:
    alive = [one for one in instances if not one.died or one.state == "shutting-down"]
    return Standing(sum(one.stays for one in alive), tuple(machine_of(one, members) for one in alive))


def _serves(members: dict[str, Member], name: str) -> bool:
    return name in members and not members[name].leaves


def _deaths(order: ScaleOrder, instances: Sequence[Instance]) -> list[str]:
    """Of the order's own, told to go by nobody here."""
    dead = [one for one in instances if one.order == order.id and one.died and LEAVING not in one.tags]
    return [f"{one.name} has ended by itself: {one.died}" for one in reversed(dead)]
