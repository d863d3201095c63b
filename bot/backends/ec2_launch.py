"""Makes the instances that an order still lacks, so that a crash at any line makes none twice.

Each launch of an order has a number, and its ClientToken is made from it: repeated, RunInstances answers with the same
instances. Number and order are tags too, so that what was made is found again by reading.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from bot.backends.aws_errors import TROUBLE, cloud_error
from bot.backends.aws_sessions import Sessions
from bot.backends.ec2_instances import LAUNCH, ORDER, Instance, instance_of
from bot.capacity import Ec2Pool, ScaleOrder
from bot.counting import count
from bot.errors import CloudFull, CloudRefused

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import RunInstancesRequestTypeDef

log = structlog.get_logger(__name__)

ACTION = "ec2:RunInstances"
SPENT = "IdempotentParameterMismatch"
UNSEEN = 120.0  # seconds within which what was launched may not be visible yet
MOST_AT_ONCE = 50  # launches before the pool is read again
MOST_DEAD = 3  # of an order's instances, and twice as many as were ordered


class Launches:
    """Remembers only what AWS may not show yet; forgetting it makes nothing twice."""

    def __init__(self, sessions: Sessions, tick: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        self._tick = tick
        self._called: dict[tuple[str, int], float] = {}

    def make(self, pool: Ec2Pool, order: ScaleOrder, instances: Sequence[Instance]) -> None:
        """Raises CloudFull when no subnet has room; what was made until then stays."""
        seen = list(instances)
        full: dict[str, CloudFull] = {}
        for _ in range(MOST_AT_ONCE):
            missing = order.after - sum(one.stays and one.name not in order.leave for one in seen)
            if missing <= 0:
                return
            _still_worth_it(order, seen)
            number = 1 + max((one.launch for one in seen if one.order == order.id), default=-1)
            if self._on_its_way(order, number):
                return
            subnet, many = _share(pool, seen, missing, full)
            try:
                seen += self._run(pool, order, number, subnet, many)
            except CloudFull as error:
                full[subnet] = error

    def _on_its_way(self, order: ScaleOrder, number: int) -> bool:
        """Whether this launch was made a moment ago and AWS does not show it yet."""
        called = self._called.get((order.id, number))
        return called is not None and self._tick() - called < UNSEEN

    def _run(self, pool: Ec2Pool, order: ScaleOrder, number: int, subnet: str, many: int) -> list[Instance]:
        client: EC2Client = self._sessions.client("ec2", pool.search.account)
        wanted = _request(pool, order, number, subnet, many)
        try:
            made = client.run_instances(**wanted)["Instances"]
        except TROUBLE as error:
            if SPENT not in str(error):
                raise cloud_error(error, ACTION, pool.launch.template) from error
            made = []  # this launch was made with another number of instances: they will be seen
        self._called[order.id, number] = self._tick()
        log.info(
            "instances launched",
            order=order.id,
            launch=number,
            subnet=subnet,
            hosts=[one["InstanceId"] for one in made],
        )
        return [instance_of(one) for one in made]


def _request(pool: Ec2Pool, order: ScaleOrder, number: int, subnet: str, many: int) -> "RunInstancesRequestTypeDef":
    tags = {**dict(pool.search.tags), ORDER: order.id, LAUNCH: str(number)}
    by = "LaunchTemplateId" if pool.launch.template.startswith("lt-") else "LaunchTemplateName"
    asked: RunInstancesRequestTypeDef = {
        "LaunchTemplate": {by: pool.launch.template, "Version": pool.launch.version},  # type: ignore[misc] # by is either
        "MinCount": 1,
        "MaxCount": many,
        "ClientToken": _token(pool, order, number, subnet),
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ],
    }
    return {**asked, "SubnetId": subnet} if subnet else asked


def _token(pool: Ec2Pool, order: ScaleOrder, number: int, subnet: str) -> str:
    """At most 64 characters."""
    words = "\n".join((order.id, str(number), subnet, pool.launch.template, repr(pool.search.tags)))
    return hashlib.sha256(words.encode()).hexdigest()[:60]


def _share(pool: Ec2Pool, seen: Sequence[Instance], missing: int, full: dict[str, CloudFull]) -> tuple[str, int]:
    """The subnet that has the fewest, and how many of the missing ones it gets so that all are level.

    Raises CloudFull when every subnet has refused.
    """
    subnets = [name for name in pool.launch.subnets or ("",) if name not in full]
    if not subnets:
        raise list(full.values())[-1]
    there = Counter(one.subnet for one in seen if one.stays)
    after = Counter({name: there[name] for name in subnets})
    for _ in range(missing):
        after[min(subnets, key=lambda name: after[name])] += 1
    chosen = min(subnets, key=lambda name: there[name])
    return chosen, after[chosen] - there[chosen]


def _still_worth_it(order: ScaleOrder, seen: Sequence[Instance]) -> None:
    """A template whose instances end by themselves is not tried for ever."""
    dead = [one for one in seen if one.order == order.id and one.died]
    if len(dead) >= max(MOST_DEAD, 2 * (order.after - order.before)):
        last = max(dead, key=lambda one: one.launched_at)
        words = (
            f"{count(len(dead), 'instance')} of this order have ended by themselves, the last one, {last.name}, says: "
        )
        raise CloudRefused(ACTION, f"{words}{last.died} · mend the launch template, then scale again")
