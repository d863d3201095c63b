"""The calls to Systems Manager, as values."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.backends.aws_errors import TROUBLE, cloud_error
from bot.cloud import Account

One = TypeVar("One")
MOST = 50
"""Instances that one call takes, of every call that is used here."""

LEAST_DELIVERY = 30
"""Seconds; SSM takes no shorter TimeoutSeconds."""

DOCUMENT = "AWS-RunShellScript"
RAN = frozenset({"Success", "Failed"})
HOPELESS = frozenset({"DeliveryTimedOut", "Undeliverable", "Terminated", "InvalidPlatform", "AccessDenied"})
OPEN = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})
WHY = "ssm:{}"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that SSM knows: `Online`, `ConnectionLost` or `Inactive`, and when it was heard last."""

    ping: str
    heard_at: datetime | None = None

    @property
    def online(self) -> bool:
        return self.ping == "Online"


@dataclass(frozen=True, slots=True)
class Invocation:
    """How a command stands on one host. `output` is the beginning of what it said, errors with it."""

    host: str
    status: str
    details: str
    output: str

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def ran(self) -> bool:
        """Whether the script came to its end."""
        return self.status in RAN and self.why not in HOPELESS

    @property
    def hopeless(self) -> bool:
        """Whether sending it again is of no use."""
        return self.why in HOPELESS

    @property
    def why(self) -> str:
        return self.details.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A command on its way out. `seconds` is how long it may run, `delivery` until it begins."""

    command: str
    hosts: tuple[str, ...]
    comment: str
    seconds: int
    delivery: int
    at_once: int
    most_errors: int | None


class Clients(Protocol):
    """Gives boto3's client, at each use: aws_sessions.Sessions."""

    def client(self, service: str, account: Account) -> Any: ...


class Wire:
    """Every method raises CloudError."""

    def __init__(self, clients: Clients, account: Account) -> None:
        self._clients = clients
        self._account = account

    def _client(self) -> Any:
        return self._clients.client("ssm", self._account)

    def agents(self, hosts: Sequence[str]) -> dict[str, Agent]:
        """By instance; one without an agent that SSM knows is not in the answer."""
        with _called("DescribeInstanceInformation"):
            rows = [row for some in chunks(hosts) for row in self._known(some)]
        return {row["InstanceId"]: Agent(row.get("PingStatus", ""), row.get("LastPingDateTime")) for row in rows}

    def _known(self, hosts: Sequence[str]) -> Iterator[Any]:
        pages = self._client().get_paginator("describe_instance_information")
        filters = [{"Key": "InstanceIds", "Values": list(hosts)}]
        for page in pages.paginate(Filters=filters, PaginationConfig={"PageSize": MOST}):
            yield from page["InstanceInformationList"]

    def send(self, parcel: Parcel) -> str:
        """The command's id."""
        wanted: dict[str, Any] = {
            "DocumentName": DOCUMENT,
            "InstanceIds": list(parcel.hosts),
            "Parameters": {"commands": [parcel.command], "executionTimeout": [str(parcel.seconds)]},
            "TimeoutSeconds": max(parcel.delivery, LEAST_DELIVERY),
            "Comment": parcel.comment[:100],
            "MaxConcurrency": str(parcel.at_once),
            "MaxErrors": "100%" if parcel.most_errors is None else str(parcel.most_errors),
        }
        with _called("SendCommand"):
            return str(self._client().send_command(**wanted)["Command"]["CommandId"])

    def invocations(self, command: str) -> list[Invocation]:
        """As far as SSM lists them: just after the call there may be none."""
        found = []
        with _called("ListCommandInvocations"):
            for page in (
                self._client()
                .get_paginator("list_command_invocations")
                .paginate(CommandId=command, Details=True, PaginationConfig={"PageSize": MOST})
            ):
                for one in page["CommandInvocations"]:
                    said = "".join(plugin.get("Output", "") for plugin in one.get("CommandPlugins", ()))
                    details = one.get("StatusDetails", "")
                    found.append(Invocation(one["InstanceId"], one["Status"], details, said.replace("\r\n", "\n")))
        return found

    def output(self, command: str, host: str) -> tuple[str, str]:
        """Output and errors of one that ended: up to 24,000 and 8,000 characters."""
        with _called("GetCommandInvocation"):
            said = self._client().get_command_invocation(CommandId=command, InstanceId=host)
        return said["StandardOutputContent"], said["StandardErrorContent"]

    def cancel(self, command: str) -> None:
        """AWS promises nothing: what has begun may go on."""
        with _called("CancelCommand"):
            self._client().cancel_command(CommandId=command)


def chunks(many: Sequence[One]) -> Iterator[Sequence[One]]:
    return (many[at : at + MOST] for at in range(0, len(many), MOST))


@contextmanager
def _called(name: str) -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise cloud_error(error, WHY.format(name)) from error
