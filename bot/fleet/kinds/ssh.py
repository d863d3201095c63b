"""The keys of an ssh check: `ssh: "systemctl is-active shop"`."""

from datetime import timedelta
from typing import Any

from pydantic import ConfigDict, Field, model_validator

from bot.fleet.entries import or_text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.part import Part
from bot.fleet.words import Command
from bot.questions import CommandAsk


class Ssh(Part):
    """A command that must end with 0 on every host."""

    model_config = ConfigDict(json_schema_extra=or_text)

    run: Command = Field(description="What the host's shell runs, in the login's home; the host's vars are exported.")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"run": value} if isinstance(value, str) else value

    def question(self, fill: Fill, timeout: timedelta) -> CommandAsk:
        assert fill.host  # a rule sees to it that the check is per host
        return CommandAsk(fill.host, self.run, timeout, fill.account)

    def templates(self) -> Templates:
        """Braces are the shell's own."""
        return iter(())
