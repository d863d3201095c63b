"""Slack as the engine sees it: say, change, look for, who is in which group. One call each, nothing is retried.

Every method raises SlackRefused, SlackBusy, SlackAway or SlackUnclear (bot/errors.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from bot.backends.slack_channels import Channels
from bot.backends.slack_errors import told
from bot.errors import SlackRefused, SlackUnclear
from bot.model import Content

EVENT_TYPE = "pointsman"
PAGE = 200  # messages: what Slack recommends at most (docs.slack.dev/apis/web-api/pagination)
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the token speaks for."""

    user_id: str
    bot_id: str
    team_id: str
    team: str


@dataclass(frozen=True, slots=True)
class Group:
    """A user group: `handle` without the @."""

    id: str
    handle: str
    members: frozenset[str]


class SlackPort:
    """Safe to share between threads."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._channels = Channels(client)
        self._identity: Identity | None = None

    def identity(self) -> Identity:
        """Whose token it is; asked once."""
        if self._identity is None:
            with told():
                found = self._client.auth_test()
            self._identity = Identity(*(str(found.get(key) or "") for key in ("user_id", "bot_id", "team_id", "team")))
        return self._identity

    def ping(self) -> None:
        """Whether Slack answers, and takes the token."""
        with told():
            self._client.auth_test()

    def resolve(self, channel: str) -> str:
        """The id of a channel given by `#name` or id; a public one is joined."""
        return self._channels.resolve(channel)

    def post(self, channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]:
        """Says something new; (channel id, ts). `op` is what `find` looks for."""
        channel_id = self.resolve(channel)
        try:
            return self._post(channel_id, content, op, thread_ts)
        except SlackRefused as refused:
            if refused.code == "channel_not_found":
                self._channels.forget(channel)
            if refused.code != "not_in_channel" or not self._channels.join(channel_id):
                raise
        return self._post(channel_id, content, op, thread_ts)

    def _post(self, channel_id: str, content: Content, op: str, thread_ts: str | None) -> tuple[str, str]:
        with told():
            said = self._client.chat_postMessage(
                channel=channel_id, thread_ts=thread_ts, unfurl_links=False, unfurl_media=False, **_body(content, op)
            )
        channel_of, ts = said.get("channel"), said.get("ts")
        if not channel_of or not ts:
            raise SlackUnclear("Slack took the message and did not say where it is")
        return str(channel_of), str(ts)

    def update(self, channel_id: str, ts: str, content: Content, op: str) -> None:
        """Changes a message in place; doing it twice does no harm."""
        with told():
            self._client.chat_update(channel=channel_id, ts=ts, **_body(content, op))

    def find(self, channel: str, op: str, oldest: datetime, thread_ts: str | None = None) -> tuple[str, str] | None:
        """(channel id, ts) of our own message with this operation id, said after `oldest`; None if there is none.

        The bot must be a member of the channel and hold its `…:history` scope.
        """
        channel_id = self.resolve(channel)
        mine = self.identity()
        for message in self._said(channel_id, f"{oldest.timestamp():.6f}", thread_ts):
            own = message.get("bot_id") == mine.bot_id or message.get("user") == mine.user_id
            if own and _operation(message) == op:
                return channel_id, str(message["ts"])
        return None

    def _said(self, channel_id: str, oldest: str, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        where: dict[str, Any] = {"channel": channel_id, "oldest": oldest, "limit": PAGE, "include_all_metadata": True}
        cursor = ""
        for _ in range(MOST_PAGES):
            with told():
                if thread_ts:
                    page = self._client.conversations_replies(ts=thread_ts, cursor=cursor, **where)
                else:
                    page = self._client.conversations_history(cursor=cursor, **where)
                messages: list[dict[str, Any]] = page["messages"]
            yield from messages
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise SlackUnclear(f"{channel_id} has more than {MOST_PAGES * PAGE:,} messages since {oldest}")

    def groups(self) -> list[Group]:
        """Every user group with its members, in one call (usergroups.list takes 20 a minute)."""
        with told():
            found = self._client.usergroups_list(include_users=True)
            return [
                Group(str(group["id"]), str(group["handle"]), frozenset(group.get("users") or ()))
                for group in found["usergroups"]
            ]


def _body(content: Content, op: str) -> dict[str, Any]:
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"op": op}}
    return {"text": content.text, "blocks": list(content.blocks) or None, "metadata": metadata}


def _operation(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    found: str | None = (metadata.get("event_payload") or {}).get("op")
    return found
