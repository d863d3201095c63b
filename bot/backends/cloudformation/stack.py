"""How a stack stands, and what that allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.backends.aws_errors import asked
from bot.errors import CloudRefused
from bot.fleet.cloudformation import Cloudformation

ACTION = "cloudformation:DescribeStacks"
CANCEL = "cloudformation:CancelUpdateStack"
ABSENT = "does not exist"
NEW = ("", "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
"""States of a stack that no change set was ever executed on."""
STUCK = {
    "ROLLBACK_COMPLETE": "its creation failed and was rolled back: look at its events, delete the stack "
    "(aws cloudformation delete-stack --stack-name {name}), then deploy again",
    "ROLLBACK_FAILED": "its creation failed and could not be rolled back: delete what is left of it "
    "(aws cloudformation delete-stack --stack-name {name}), then deploy again",
    "CREATE_FAILED": "its creation failed: delete the stack (aws cloudformation delete-stack --stack-name {name}), "
    "then deploy again",
    "DELETE_FAILED": "its deletion failed: delete it again, keeping what cannot be deleted "
    "(aws cloudformation delete-stack --stack-name {name} --retain-resources …)",
    "UPDATE_ROLLBACK_FAILED": "an update failed and could not be rolled back: mend what its events name, then "
    "aws cloudformation continue-update-rollback --stack-name {name}; what cannot be mended is left out with "
    "--resources-to-skip …",
    "UPDATE_FAILED": "an update failed and nothing was rolled back: "
    "aws cloudformation rollback-stack --stack-name {name}, then deploy again",
}
"""States that a person must end, and how."""


@dataclass(frozen=True, slots=True)
class Found:
    """`status` and `reason` in AWS's words, empty where there is no stack; `drift` as AWS found it last."""

    status: str = ""
    reason: str = ""
    id: str = ""
    changed: datetime | None = None
    drift: str = ""

    @property
    def is_new(self) -> bool:
        return self.status in NEW

    @property
    def busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and not self.is_new


def find(client: Any, stack: Cloudformation) -> Found:
    """Raises CloudError."""
    try:
        answer = asked(ACTION, lambda: client.describe_stacks(StackName=stack.stack))
    except CloudRefused as error:
        if ABSENT in str(error):
            return Found()
        raise
    return _found(answer["Stacks"][0])


def obstacle(stack: Cloudformation, found: Found) -> str:
    """Why no change can be planned there now, and what to do; empty: one can."""
    if found.busy:
        return f"stack {stack.stack} is being changed ({found.status}): wait until that is over"
    words = STUCK.get(found.status, "")
    return f"stack {stack.stack} is {found.status}: {words.format(name=stack.stack)}" if words else ""


def cancel(client: Any, stack: Cloudformation, token: str) -> None:
    """An update that is under way; AWS then goes back by itself. What it does bears the token."""
    asked(CANCEL, lambda: client.cancel_update_stack(StackName=stack.stack, ClientRequestToken=token))


def _found(one: Mapping[str, Any]) -> Found:
    return Found(
        status=one["StackStatus"],
        reason=one.get("StackStatusReason", ""),
        id=one.get("StackId", ""),
        changed=one.get("LastUpdatedTime") or one.get("CreationTime"),
        drift=one.get("DriftInformation", {}).get("StackDriftStatus", ""),
    )
