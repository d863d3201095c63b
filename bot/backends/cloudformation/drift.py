"""What hands changed in a stack, as AWS found it when it was last asked to look."""

from typing import Any

from bot.backends.aws_errors import asked
from bot.backends.cloudformation.stack import Found
from bot.fleet.cloudformation import Cloudformation

ACTION = "cloudformation:DescribeStackResourceDrifts"
WORDS = {"MODIFIED": "is not as the template says", "DELETED": "was deleted by hand"}
MOST = 100  # resources in one answer; nobody reads more


def drift_of(client: Any, stack: Cloudformation, found: Found) -> tuple[str, ...]:
    """Nothing for a stack that AWS never looked at: that is asked for in AWS."""
    if found.drift != "DRIFTED":
        return ()
    filters = list(WORDS)
    answer = asked(
        ACTION,
        lambda: client.describe_stack_resource_drifts(
            StackName=stack.stack, StackResourceDriftStatusFilters=filters, MaxResults=MOST
        ),
    )
    return tuple(
        f"{one['LogicalResourceId']} ({one['ResourceType']}) {WORDS[one['StackResourceDriftStatus']]}"
        for one in answer["StackResourceDrifts"]
    )
