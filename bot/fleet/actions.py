"""Named steps that alerts offer: the key `actions` of a deployment."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.fleet.duration import StepTime
from bot.fleet.part import Part
from bot.fleet.words import Command, Mention, Name

MOST = 8  # of a deployment: buttons of one alert
LONGEST = 150  # characters of a question, which Slack shows with what the step does


class ActionConfig(Part):
    """One step that an alert's button runs on the hosts concerned."""

    ssh: Command = Field(description="What the host's shell runs, in the release that is current.")
    timeout: StepTime = Field(default=timedelta(minutes=1), description="After this it is stopped and has failed.")
    confirm: Annotated[str, Field(max_length=LONGEST)] = Field(
        default="", description="What its button asks, besides what it runs where."
    )
    who: tuple[Mention, ...] = Field(default=(), description="Who may run it; left out: whoever may deploy there.")


Actions = Annotated[dict[Name, ActionConfig], Field(max_length=MOST)]
