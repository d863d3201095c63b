"""EC2 instances as hosts: found by their tags, page by page."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import Search
from bot.model import Host
from bot.sealed import is_sealed

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import FilterTypeDef, InstanceTypeDef

ACTION = "ec2:DescribeInstances"
PAGE = 1000  # instances in one answer, the most that AWS gives
FIELDS = {
    "private_ip": "PrivateIpAddress",
    "public_ip": "PublicIpAddress",
    "private_dns": "PrivateDnsName",
    "public_dns": "PublicDnsName",
}
ADDRESS = re.compile(r"(?P<at>[A-Za-z0-9][A-Za-z0-9.-]*)(:(?P<port>[0-9]{1,5}))?")
UNFIT = re.compile("[\"'`\\\\{}\n\r\t\0]")
"""A tag's value that holds one of these stays out of URLs and queries: the fleet file's own value stands there."""


class Ec2Hosts:
    """Fills base.Finder."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def find(self, search: Search) -> tuple[Host, ...]:
        """By launch time, the oldest first, so that a deploy's order does not change with each look."""
        found = asked(ACTION, lambda: list(self._instances(search)))
        found.sort(key=lambda one: (one["LaunchTime"], one["InstanceId"]))
        return tuple(host for one in found if (host := _host(one, search)))

    def _instances(self, search: Search) -> "Iterator[InstanceTypeDef]":
        filters: list[FilterTypeDef] = [{"Name": "instance-state-name", "Values": ["running"]}]
        filters += [{"Name": f"tag:{name}", "Values": [literally(value)]} for name, value in search.tags]
        client: EC2Client = self._sessions.client("ec2", search.account)
        pages = client.get_paginator("describe_instances")
        for page in pages.paginate(Filters=filters, PaginationConfig={"PageSize": PAGE}):
            for reservation in page["Reservations"]:
                yield from reservation["Instances"]


def literally(value: str) -> str:
    """A filter's value takes * and ? for patterns."""
    return re.sub(r"([*?\\])", r"\\\1", value)


def _host(instance: "InstanceTypeDef", search: Search) -> Host | None:
    """None where the instance has no such address (yet)."""
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
    found = ADDRESS.fullmatch(_address(instance, tags, search.address))
    if found is None:
        return None
    port = int(found["port"] or search.port)
    return Host(instance["InstanceId"], search.user, found["at"], port, _variables(search.vars, tags))


def _address(instance: "InstanceTypeDef", tags: Mapping[str, str], where: str) -> str:
    if where.startswith("tag:"):
        return tags.get(where.removeprefix("tag:"), "")
    return str(instance.get(FIELDS[where], ""))


def _variables(given: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, str]:
    fit = {name: tags[name] for name in given if name in tags and _fits(given[name], tags[name])}
    return {**given, **fit}


def _fits(given: str, tag: str) -> bool:
    """A secret is named by the fleet file alone: who may set tags must not choose what is opened."""
    return not UNFIT.search(tag) and not is_sealed(given) and not is_sealed(tag)
