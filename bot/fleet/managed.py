"""Systems that bring a release by themselves: what their keys have in common, and what a deployment of theirs lacks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic_core import PydanticKnownError

from bot.fleet.duration import Patience
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.steps import HealthConfig, Steps

Text = Annotated[str, Field(min_length=1, max_length=256)]
ON_HOSTS = ("ssh", "ec2")
"""Backends that change hosts one by one; every other system brings a release by itself."""


class ManagedConfig(Part):
    """One service in such a system."""

    BACKEND: ClassVar[str]
    COMMITS: ClassVar[bool] = False  # what it brings is a commit of the repository
    within: Patience = Field(
        default=timedelta(minutes=30), description="By then it must have ended a deploy, or it is turned back."
    )
    region: Text | None = Field(default=None, description="Left out: as `aws` says for the environment, or the SDK.")

    @property
    def unit(self) -> str:
        """What the system calls it: it stands in plans and messages where hosts would."""
        raise NotImplementedError


def nowhere() -> Any:
    """Left out."""
    return None


def _instead() -> dict[str, Any]:
    return {
        "path": ".",
        "steps": Steps.model_validate({"restart": "true"}),
        "health": HealthConfig.model_validate({"http": "http://{host}"}),
    }


INSTEAD = _instead()
"""What stands where there are no hosts; nothing looks at it."""


def on_hosts(value: Any, name: str, backend: object, read: Callable[[Any], Any]) -> Any:
    """A key that only hosts have: it must be there for them, and nowhere else."""
    if backend is None or backend in ON_HOSTS:
        if value is None:
            raise PydanticKnownError("missing")
        return read(value)
    if value is not None:
        raise refuse(f"is for backends that change hosts: {backend} brings releases by itself", hint="leave it out")
    return INSTEAD[name]
