"""Backend cloudformation: change sets of one stack. What its template makes is for the stack's own role."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.plan.iam.grants import Grant, Where

ACTIONS = (
    "CancelUpdateStack",
    "CreateChangeSet",
    "DeleteChangeSet",
    "DescribeChangeSet",
    "DescribeStackEvents",
    "DescribeStackResourceDrifts",
    "DescribeStacks",
    "ExecuteChangeSet",
)
FOR_STACKS = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}


def changed_stack(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """Without a role of its own the stack does everything with the bot's rights, and nobody can list those here."""
    stack = deployment.cloudformation
    if stack is None:
        return
    resources = [where.at(stack.region).arn("cloudformation", f"stack/{stack.stack}/*")]
    if "CAPABILITY_AUTO_EXPAND" in stack.capabilities:
        resources.append(f"arn:{where.partition}:cloudformation:{where.region}:aws:transform/*")
    yield Grant("ChangeStacks", tuple(f"cloudformation:{action}" for action in ACTIONS), tuple(resources))
    if stack.role:
        yield Grant("PassStackRoles", ("iam:PassRole",), (stack.role,), FOR_STACKS)
