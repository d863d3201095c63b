"""A command on a host."""

from dataclasses import dataclass
from datetime import timedelta

from bot.cloud import HERE, Account
from bot.model import Host

SHOWN = 80  # characters of a command


@dataclass(frozen=True, slots=True)
class CommandAsk:
    """Whether a command of the fleet file ends with 0 on a host."""

    host: Host
    command: str
    timeout: timedelta
    account: Account = HERE

    def __str__(self) -> str:
        line = " ".join(self.command.split())
        return f"SSH {line if len(line) <= SHOWN else line[: SHOWN - 1] + '…'}"
