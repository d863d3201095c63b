"""CloudFormation stacks: the key `cloudformation`."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool

from bot.fleet.asg import Longer
from bot.fleet.entries import VariableText
from bot.fleet.managed import ManagedConfig
from bot.fleet.refusal import refuse

StackName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,127}$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,255}$")]
TagKey = Annotated[str, Field(min_length=1, max_length=128)]
TagValue = Annotated[str, Field(min_length=1, max_length=256)]
Capability = Literal["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
ServiceRole = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$")]


def _inside(value: str) -> str:
    parts = value.split("/")
    if value.startswith(("/", "-")) or ".." in parts or "" in parts:
        raise refuse("is no file of the repository", "a path from its root: infra/shop.yaml")
    return value


class Cloudformation(ManagedConfig):
    """One stack. A release is a commit, what it brings is the template at that commit."""

    BACKEND: ClassVar[str] = "cloudformation"
    COMMITS: ClassVar[bool] = True
    within: Longer = Field(
        default=timedelta(hours=2), description="By then an update must have ended, or it is turned back."
    )

    stack: StackName = Field(description="The stack's name; made if there is none.")
    template: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_inside)] = Field(
        description="The template's path in the service's repository."
    )
    parameters: dict[Key, VariableText] = Field(
        default={}, description="What the template asks for, in this environment; {sha} and {ref} are the release's."
    )
    capabilities: tuple[Capability, ...] = Field(
        default=(), description="What the template may do that AWS wants to be told: CAPABILITY_IAM, …"
    )
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=50)] = Field(
        default={}, description="Tags of the stack and of all that it makes."
    )
    role: ServiceRole | None = Field(
        default=None, description="The role that CloudFormation acts as; left out: the bot's own rights."
    )
    revert_drift: StrictBool = Field(
        default=False, description="What hands changed is set back by each deploy; else it is only named."
    )

    @property
    def unit(self) -> str:
        return f"{self.stack} (CloudFormation)"
