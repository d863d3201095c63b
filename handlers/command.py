"""What a slash command is called and what Slack says of it while one types."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """`name` begins with a slash and holds no prefix; description and hint as Slack's manifest wants them."""

    name: str
    description: str
    usage_hint: str

    def called(self, prefix: str) -> str:
        """The name in a workspace where COMMAND_PREFIX is set: `/pm-deploy`."""
        return f"/{prefix}{self.name.removeprefix('/')}"
