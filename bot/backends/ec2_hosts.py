"""EC2 instances as hosts: found by their tags, page by page; credentials and endpoint are the AWS SDK's own."""

import re
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.backends.aws_errors import cloud_error
from bot.cloud import Search
from bot.model import Host

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import FilterTypeDef, InstanceTypeDef

ACTION = "ec2:DescribeInstances"
PATIENCE = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 4, "mode": "standard"})
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
    """Fills base.Finder. One client per region, made when it is first needed."""

    def __init__(self) -> None:
        self._clients: dict[str | None, EC2Client] = {}
        self._guard = threading.Lock()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def find(self, search: Search) -> tuple[Host, ...]:
        """By launch time, the oldest first, so that a deploy's order does not change with each look."""
        try:
            found = list(self._instances(search))
        except (BotoCoreError, ClientError, ValueError) as error:  # the last one for an endpoint that is none
            raise cloud_error(error, ACTION) from error
        found.sort(key=lambda one: (one["LaunchTime"], one["InstanceId"]))
        return tuple(host for one in found if (host := _host(one, search)))

    def _instances(self, search: Search) -> "Iterator[InstanceTypeDef]":
        filters: list[FilterTypeDef] = [{"Name": "instance-state-name", "Values": ["running"]}]
        filters += [{"Name": f"tag:{name}", "Values": [_literally(value)]} for name, value in search.tags]
        for page in self._client(search.region).get_paginator("describe_instances").paginate(Filters=filters):
            for reservation in page["Reservations"]:
                yield from reservation["Instances"]

    def _client(self, region: str | None) -> "EC2Client":
        with self._guard:
            if region not in self._clients:
                self._clients[region] = boto3.session.Session().client("ec2", region, config=PATIENCE)
            return self._clients[region]


def _literally(value: str) -> str:
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
    fit = {name: tags[name] for name in given if name in tags and not UNFIT.search(tags[name])}
    return {**given, **fit}
