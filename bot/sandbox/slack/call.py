"""One Web API call, and what a method is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.entities import Channel, Json, Message, Person
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.rates import TIER_3
from bot.sandbox.slack.refused import Refused
from bot.sandbox.slack.workspace import Workspace


class Seen(NamedTuple):
    """One call as it was served: when (seconds since 1970), which method, with what, and the answer."""

    time: float
    method: str
    args: Json
    response: Json


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a call and the world it acts on."""

    hub: Hub
    args: Args

    @property
    def workspace(self) -> Workspace:
        return self.hub.workspace

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that an argument names: by id, `#name`, or the person of a direct one."""
        wanted, workspace = self.args.need(name), self.workspace
        if wanted in workspace.people and wanted != workspace.app.bot_user:
            return workspace.direct(wanted)
        channel = workspace.channels.get(workspace.channel_id(wanted))
        if channel is None:
            raise Refused("channel_not_found")
        return channel

    def readable(self) -> Channel:
        """The conversation, if the app may read it: it must be a member and hold the `…:history` scope of its kind."""
        channel = self.channel()
        if self.workspace.app.bot_user not in channel.members:
            raise Refused("not_in_channel")
        self.hub.need({"im": "im:history", "private": "groups:history"}.get(channel.kind, "channels:history"))
        return channel

    def person(self, name: str = "user") -> Person:
        """The person that an argument names by id."""
        person = self.workspace.people.get(self.args.need(name))
        if person is None:
            raise Refused("user_not_found")
        return person

    def own_message(self, error: str) -> Message:
        """The app's own message at (`channel`, `ts`); somebody else's is refused with `error`."""
        message = self.workspace.messages[self.channel().id].get(self.args.need("ts"))
        if message is None or message.only_for:
            raise Refused("message_not_found")
        if message.bot_id != self.workspace.app.bot_id:
            raise Refused(error)
        return message


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method. `scopes`: one of them is needed. `tier`: calls a minute, 0 for the rule of chat.postMessage."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int = TIER_3
    token: str = "bot"


def page_of(rows: list[Json], args: Args, *, default: int, most: int) -> tuple[list[Json], str]:
    """The rows that `cursor` and `limit` ask for, and the cursor of the next page ("" at the end)."""
    limit = args.number("limit", default, most)
    cursor = args.text("cursor")
    if cursor and not cursor.removeprefix("at:").isdigit():
        raise Refused("invalid_cursor")
    start = int(cursor.removeprefix("at:") or 0)
    following = f"at:{start + limit}" if start + limit < len(rows) else ""
    return rows[start : start + limit], following
