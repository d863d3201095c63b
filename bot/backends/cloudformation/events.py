"""What the events of a stack say of one order: how it ended, or how far it is, and why resources failed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.backends.aws_errors import asked
from bot.fleet.cloudformation import Cloudformation

ACTION = "cloudformation:DescribeStackEvents"
STACK = "AWS::CloudFormation::Stack"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
TOKEN = re.compile(r"\S+-(?P<sha>[0-9a-f]{40})")
FOLLOWED = "cancelled"
"""In the reason of a resource that failed only because another one did."""


@dataclass(frozen=True, slots=True)
class Event:
    """`token` is the order's that caused it."""

    resource: str
    kind: str
    status: str
    reason: str
    token: str
    of_stack: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What one order did: the stack's state at its newest event, empty before its first; resources that are done, those
    at work, and the failures that caused the others, the oldest first.
    """

    status: str = ""
    reason: str = ""
    done: frozenset[str] = frozenset()
    working: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def token(order: str, sha: str) -> str:
    """What AWS writes beside every event of an order: so the events say which release came when."""
    return f"{order}-{sha}"


def token_back(order: str, sha: str) -> str:
    """Of what was asked for to undo an order."""
    return f"{token(order, sha)}-back"


def release_of(client: Any, stack: Cloudformation) -> str | None:
    """The SHA whose change set succeeded last; None when that was somebody else's change, or is forgotten."""
    for event in _all(client, stack):
        if event.of_stack and event.status in SUCCEEDED:
            found = TOKEN.fullmatch(event.token)
            return found["sha"] if found else None
    return None


def run_of(client: Any, stack: Cloudformation, order: str, sha: str) -> Run:
    """Raises CloudError."""
    ours = {token(order, sha), token_back(order, sha)}
    events = list(_of(ours, _all(client, stack)))
    of_stack = [event for event in events if event.of_stack]
    if not of_stack:
        return Run()
    newest: dict[str, str] = {}
    for event in events:  # the newest come first
        if not event.of_stack:
            newest.setdefault(event.resource, event.status)
    failed = [event for event in events if event.status.endswith("_FAILED") and not event.of_stack]
    return Run(
        status=of_stack[0].status,
        reason=of_stack[0].reason,
        done=frozenset(name for name, status in newest.items() if status.endswith("_COMPLETE")),
        working=tuple(sorted(name for name, status in newest.items() if status.endswith("_IN_PROGRESS"))),
        failures=tuple(_words(event) for event in reversed(failed) if FOLLOWED not in event.reason),
    )


def _of(tokens: set[str], events: Iterator[Event]) -> Iterator[Event]:
    """Those of these tokens. What is older than the stack's first event of the order is not asked for."""
    begun = False
    for event in events:
        if event.token in tokens:
            begun = begun or event.of_stack
            yield event
        elif begun and event.of_stack:
            return


def _all(client: Any, stack: Cloudformation) -> Iterator[Event]:
    """The newest first; a page is asked for when it is needed."""
    more: dict[str, str] = {}
    while True:
        page = asked(ACTION, partial(client.describe_stack_events, StackName=stack.stack, **more))
        yield from map(_event, page["StackEvents"])
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _event(one: Mapping[str, Any]) -> Event:
    return Event(
        resource=one.get("LogicalResourceId", "?"),
        kind=one.get("ResourceType", ""),
        status=one.get("ResourceStatus", ""),
        reason=one.get("ResourceStatusReason", ""),
        token=one.get("ClientRequestToken") or "",
        of_stack=one.get("ResourceType") == STACK and one.get("PhysicalResourceId") == one["StackId"],
    )


def _words(event: Event) -> str:
    return f"{event.resource} ({event.kind}) {event.status}: {event.reason or 'no reason given'}"
