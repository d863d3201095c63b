"""Where the environments live in AWS: the key `aws`, by environment."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from bot.cloud import Account
from bot.fleet.part import Part
from bot.fleet.refusal import refuse

ROLE = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}"
REGION = r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}"
EXTERNAL_ID = r"[A-Za-z0-9_+=,.@:/-]{2,1224}"


def role(value: str) -> str:
    if not re.fullmatch(ROLE, value):
        raise refuse("is no ARN of a role", "arn:aws:iam::123456789012:role/pointsman")
    return value


def region(value: str) -> str:
    if not re.fullmatch(REGION, value):
        raise refuse("is no region of AWS", "one such as eu-west-1")
    return value


def external_id(value: str) -> str:
    if not re.fullmatch(EXTERNAL_ID, value):
        raise refuse("is no external id", "2 to 1224 letters, digits and _+=,.@:/-")
    return value


Role = Annotated[str, AfterValidator(role)]
Region = Annotated[str, AfterValidator(region)]
ExternalId = Annotated[str, AfterValidator(external_id)]


class Aws(Part):
    """Where an environment lives, and the role that the bot takes on there."""

    region: Region | None = Field(
        default=None, description="Of all that names no region of its own; left out: as the AWS SDK finds it."
    )
    role_arn: Role | None = Field(
        default=None, description="The role that the bot assumes; left out: its own credentials are used."
    )
    external_id: ExternalId | None = Field(
        default=None, description="What the role's trust policy asks for as sts:ExternalId."
    )

    @model_validator(mode="after")
    def an_id_for_a_role(self) -> "Aws":
        if self.external_id is not None and self.role_arn is None:
            raise refuse("has an external_id, and no role that asks for it", "role_arn beside it")
        return self

    def account(self) -> Account:
        return Account(self.region, self.role_arn, self.external_id)
