"""Channel names to ids, and membership where the bot may give it to itself."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient

from bot.backends.slack_errors import told
from bot.errors import SlackRefused

CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")
FRESH = 60.0  # seconds for which an unknown name stays unknown: conversations.list takes 20 calls a minute
PAGE = 1000


class Channels:
    """Remembers ids for good: a channel that is renamed keeps its id. `clock` counts seconds."""

    def __init__(self, client: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._ids: dict[str, str] = {}
        self._missed: dict[str, float] = {}

    def resolve(self, channel: str) -> str:
        """The id of `#name` or of an id. A public channel found by name is joined: searching it needs membership.

        Raises SlackError; SlackRefused("channel_not_found") where no channel has that name.
        """
        if CHANNEL_ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#").lower()
        if name not in self._ids:
            self._ids[name] = self._look_up(name)
        return self._ids[name]

    def forget(self, channel: str) -> None:
        """Slack does not know its id any more: it may have been made anew under the same name."""
        self._ids.pop(channel.removeprefix("#").lower(), None)

    def join(self, channel_id: str) -> bool:
        """Whether the bot is in this channel now; private ones it cannot join."""
        try:
            with told():
                self._client.conversations_join(channel=channel_id)
        except SlackRefused:
            return False
        return True

    def _look_up(self, name: str) -> str:
        if self._clock() - self._missed.get(name, -FRESH) < FRESH:
            raise _unknown(name)
        for kinds in ("public_channel", "private_channel"):
            for channel in self._listed(kinds):
                if channel.get("name") == name:
                    self._enter(channel)
                    return str(channel["id"])
        self._missed[name] = self._clock()
        raise _unknown(name)

    def _listed(self, kinds: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            try:
                with told():
                    page = self._client.conversations_list(
                        types=kinds, limit=PAGE, exclude_archived=True, cursor=cursor
                    )
            except SlackRefused as refused:
                if refused.code == "missing_scope" and kinds == "private_channel":
                    return  # not asked for: private channels are named by id
                raise
            yield from page["channels"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _enter(self, channel: dict[str, Any]) -> None:
        if not channel.get("is_member") and not channel.get("is_private"):
            self.join(channel["id"])


def _unknown(name: str) -> SlackRefused:
    return SlackRefused("channel_not_found", f"no channel is called #{name}; a private one is named by its id")
