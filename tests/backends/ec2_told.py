"""EC2 as it is told beforehand: instances, looks at them and launches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.stub import ANY

from bot.backends.ec2_instances import LAUNCH, ORDER
from bot.capacity import Ec2Pool, Launch, ScaleOrder
from bot.cloud import HERE, Member, Search, TargetGroup
from bot.errors import CloudAway
from tests.backends.stubbed import Stubbed

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TAGS = (("service", "shop"),)
SEARCH = Search(TAGS, HERE, "deploy", 22, "private_ip", {})
POOL = Ec2Pool(SEARCH, Launch("lt-0123456789abcdef0", "7", ("subnet-a", "subnet-b")))
ORDER_1 = ScaleOrder("scale-1", 2, 4)


class Group:
    """Fills Balancer: a target group in memory. `dies` at the next registration."""

    def __init__(self, **members: str) -> None:
        self.inside = {name.replace("_", "-"): Member(state) for name, state in members.items()}
        self.dies = False

    def members(self, group: TargetGroup) -> dict[str, Member]:
        return dict(self.inside)

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self.inside |= {name: Member("draining") for name in hosts if name in self.inside}

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        if self.dies:
            self.dies = False
            raise CloudAway("elasticloadbalancing:RegisterTargets", "no answer")
        self.inside |= {name: Member("initial") for name in hosts}


def instance(name: str, subnet: str = "subnet-a", state: str = "running", **tags: str) -> dict[str, Any]:
    told = {"service": "shop", **{f"pointsman:{key}": value for key, value in tags.items()}}
    return {
        "InstanceId": name,
        "State": {"Name": state},
        "LaunchTime": NOW,
        "SubnetId": subnet,
        "Placement": {"AvailabilityZone": f"eu-west-1{subnet[-1]}"},
        "Tags": [{"Key": key, "Value": value} for key, value in told.items()],
        "StateReason": {"Message": "Client.InternalError: Client error on launch" if state == "terminated" else ""},
    }


def shows(aws: Stubbed, *instances: dict[str, Any]) -> None:
    """The next look finds these."""
    filters = [{"Name": "tag:service", "Values": ["shop"]}]
    answer = {"Reservations": [{"Instances": list(instances)}]}
    aws.tell("ec2", "describe_instances", answer, {"Filters": filters, "MaxResults": 1000})


def launches(aws: Stubbed, many: int, *made: dict[str, Any], subnet: str = "subnet-a", number: int = 0) -> None:
    """The next call is a launch of so many."""
    tags = [{"Key": key, "Value": value} for key, value in (*TAGS, (ORDER, "scale-1"), (LAUNCH, str(number)))]
    asked = {
        "LaunchTemplate": {"LaunchTemplateId": POOL.launch.template, "Version": "7"},
        "MinCount": 1,
        "MaxCount": many,
        "ClientToken": ANY,
        "TagSpecifications": [{"ResourceType": "instance", "Tags": tags}],
        "SubnetId": subnet,
    }
    aws.tell("ec2", "run_instances", {"Instances": list(made)}, asked)


A, B = instance("i-a"), instance("i-b", "subnet-b")


def mine(name: str, number: int = 0, subnet: str = "subnet-a", state: str = "running") -> dict[str, Any]:
    return instance(name, subnet, state, order="scale-1", launch=str(number))
