"""Who may do what: the keys of an environment's `access`."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, ValidationInfo, field_validator

from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.words import Mention


class Access(Part):
    """Who may do what in one environment; an empty list lets everybody."""

    deploy: tuple[Mention, ...] = Field(default=(), description="Who may deploy: user groups and member ids.")
    approve: tuple[Mention, ...] = Field(
        default=(), description="Who may promote a canary; left out: whoever may deploy."
    )
    four_eyes: StrictBool = Field(default=False, description="Nobody approves a deploy that they asked for.")
    approvals: Annotated[StrictInt, Field(ge=1, le=10)] = Field(
        default=1, validate_default=True, description="How many people must approve."
    )
    force: tuple[Mention, ...] = Field(
        default=(),
        description="Who may force a deploy past a freeze or CI checks, and unfreeze; left out: whoever may approve.",
    )
    scale: tuple[Mention, ...] = Field(
        default=(), description="Who may change the number of hosts; left out: whoever may deploy."
    )
    confirm: StrictBool = Field(
        default=False,
        description="Deploys, rollbacks and /scale by command show their plan first, and begin by a click.",
    )

    @field_validator("approvals")
    @classmethod
    def enough_people(cls, value: int, info: ValidationInfo) -> int:
        """Where people are named one by one a question may never be answered; who is in a group is not known here."""
        deploy, approve = info.data.get("deploy") or (), info.data.get("approve") or ()
        people = set(approve or deploy)
        if not people or any(one.startswith("@") for one in (*people, *deploy)):
            return value
        own = bool(info.data.get("four_eyes")) and bool(deploy) and set(deploy) <= people
        most = len(people) - own
        if value <= most:
            return value
        why = ", and nobody approves what they asked for" if own else ""
        what = f"can never be reached: {len(people)} may approve{why}"
        raise refuse(what, f"at most {most}" if most else "", "name more people under approve, or a user group")
