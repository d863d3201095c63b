"""Change sets: made once for an order and a state of the stack, read whole, executed or thrown away."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from bot.backends.aws_errors import asked
from bot.backends.cloudformation.changes import Change, changes_of
from bot.backends.cloudformation.stack import Found
from bot.errors import CloudRefused
from bot.fleet.cloudformation import Cloudformation
from bot.model import Release

CREATE = "cloudformation:CreateChangeSet"
DESCRIBE = "cloudformation:DescribeChangeSet"
MOST = 51_200
"""Bytes of a template that AWS takes by itself."""
NOTHING = ("didn't contain changes", "No updates are to be performed")
MADE = "AlreadyExists"
GONE = ("ChangeSetNotFound", "does not exist")
BEING_MADE = ("CREATE_PENDING", "CREATE_IN_PROGRESS", "DELETE_PENDING", "DELETE_IN_PROGRESS")
PATIENCE = timedelta(minutes=10)
PAUSE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """`status`, `execution` and `reason` in AWS's words."""

    name: str
    id: str
    status: str
    execution: str
    reason: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def ready(self) -> bool:
        return self.status == "CREATE_COMPLETE" and self.execution == "AVAILABLE"

    @property
    def executed(self) -> bool:
        return self.execution in ("EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE", "EXECUTE_FAILED")

    @property
    def empty(self) -> bool:
        return self.status == "FAILED" and any(words in self.reason for words in NOTHING)


def named(stack: Cloudformation, release: Release, body: str, found: Found) -> str:
    """The same for the same template, parameters and state of the stack: after any change to it, another.

    So what was shown before a deploy is the very set that the deploy executes.
    """
    facts = [body, stack.model_dump(mode="json"), release.sha]
    facts += ["" if found.is_new else found.id, "" if found.is_new else str(found.changed)]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return f"pointsman-{release.short}-{digest[:12]}"


class ChangeSets:
    """Those of one stack."""

    def __init__(self, client: Any, stack: Cloudformation, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._stack = stack
        self._sleep = sleep

    def plan(self, release: Release, body: str, found: Found) -> ChangeSet:
        """Whole, or FAILED with AWS's reason. Raises CloudError."""
        if len(body.encode()) > MOST:
            words = (
                f"{self._stack.template} has {len(body.encode()):,} bytes, and AWS takes {MOST:,}: nest a part of it"
            )
            raise CloudRefused(CREATE, words)
        name = named(self._stack, release, body, found)
        known = self.read(name)
        if known is None or not (known.ready or known.executed or known.status in BEING_MADE):
            if known is not None:
                self.delete(known.id)
            self._make(name, release, body, found)
        return self._whole(name)

    def read(self, name: str) -> ChangeSet | None:
        """None where there is none of that name."""
        try:
            return _change_set(self._pages(name))
        except CloudRefused as error:
            if any(words in str(error) for words in GONE):
                return None
            raise

    def execute(self, change_set: ChangeSet, token: str) -> None:
        """Twice with one token is once; the events bear it too."""
        asked(
            "cloudformation:ExecuteChangeSet",
            lambda: self._client.execute_change_set(
                ChangeSetName=change_set.id, StackName=self._stack.stack, ClientRequestToken=token
            ),
        )

    def delete(self, name: str) -> None:
        asked(
            "cloudformation:DeleteChangeSet",
            lambda: self._client.delete_change_set(ChangeSetName=name, StackName=self._stack.stack),
        )

    def _make(self, name: str, release: Release, body: str, found: Found) -> None:
        """Nothing for one that is there: of one name AWS makes one."""
        values = {"{sha}": release.sha, "{ref}": release.ref}
        given: dict[str, Any] = {
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": filled(text, values)}
                for key, text in _sorted(self._stack.parameters)
            ],
            "Tags": [{"Key": key, "Value": value} for key, value in _sorted(self._stack.tags)],
            "Capabilities": list(self._stack.capabilities),
        }
        if self._stack.role:
            given["RoleARN"] = self._stack.role
        if self._stack.revert_drift and not found.is_new:
            given["DeploymentMode"] = "REVERT_DRIFT"
        call = partial(
            self._client.create_change_set,
            StackName=self._stack.stack,
            ChangeSetName=name,
            ChangeSetType="CREATE" if found.is_new else "UPDATE",
            Description=f"{release.ref} {release.sha}",
            TemplateBody=body,
            **given,
        )
        try:
            asked(CREATE, call, self._stack.template)
        except CloudRefused as error:
            if MADE not in str(error):
                raise

    def _whole(self, name: str) -> ChangeSet:
        for _ in range(int(PATIENCE / PAUSE)):
            found = self.read(name)
            if found is not None and found.status not in BEING_MADE:
                return found
            self._sleep(PAUSE.total_seconds())
        raise CloudRefused(DESCRIBE, f"change set {name} is not ready after {PATIENCE}: look at it in AWS")

    def _pages(self, name: str) -> Sequence[Mapping[str, Any]]:
        paginator = self._client.get_paginator("describe_change_set")
        return asked(DESCRIBE, lambda: list(paginator.paginate(ChangeSetName=name, StackName=self._stack.stack)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with {sha} and {ref} filled in; other braces stay."""
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _sorted(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(values.items())


def _change_set(pages: Sequence[Mapping[str, Any]]) -> ChangeSet:
    first = pages[0]
    return ChangeSet(
        name=first["ChangeSetName"],
        id=first["ChangeSetId"],
        status=first["Status"],
        execution=first.get("ExecutionStatus", ""),
        reason=first.get("StatusReason", ""),
        changes=changes_of([change for page in pages for change in page.get("Changes", ())]),
    )
