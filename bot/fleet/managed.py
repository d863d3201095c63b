"""What the keys of systems that bring a release by themselves have in common."""

from typing import Annotated, ClassVar

from pydantic import Field

from bot.fleet.part import Part

Text = Annotated[str, Field(min_length=1, max_length=256)]


class ManagedConfig(Part):
    """One service in such a system."""

    BACKEND: ClassVar[str]
    region: Text | None = Field(default=None, description="Left out: as `aws` says for the environment, or the SDK.")

    @property
    def unit(self) -> str:
        """What the system calls it: it stands in plans and messages where hosts would."""
        raise NotImplementedError
