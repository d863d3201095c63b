"""What every part of the fleet file has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Frozen, and closed: a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
