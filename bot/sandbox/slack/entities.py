"""What a workspace is made of, and how Slack's API writes each of it."""

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Person:
    """A member; `bot_id` is set for the app's own user."""

    id: str
    name: str
    real_name: str
    title: str = ""
    color: str = "4a5568"
    tz: str = "Europe/Berlin"
    bot_id: str = ""

    def as_api(self, team_id: str) -> Json:
        profile = {"real_name": self.real_name, "display_name": self.name, "title": self.title, "team": team_id}
        return {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": False,
            "color": self.color,
            "tz": self.tz,
            "is_bot": bool(self.bot_id),
            "is_app_user": False,
            "is_admin": False,
            "is_restricted": False,
            "profile": profile | ({"bot_id": self.bot_id} if self.bot_id else {}),
        }


@dataclass(slots=True)
class Channel:
    """A conversation; `kind` is "public", "private" or "im" (a direct message)."""

    id: str
    name: str
    topic: str = ""
    kind: str = "public"
    members: list[str] = field(default_factory=list)
    created: int = 0

    def as_api(self, viewer: str) -> Json:
        if self.kind == "im":
            other = next((member for member in self.members if member != viewer), viewer)
            return {"id": self.id, "created": self.created, "is_im": True, "is_archived": False, "user": other}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": self.created,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_archived": False,
            "is_general": self.name == "general",
            "is_member": viewer in self.members,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


@dataclass(slots=True)
class Group:
    """A user group, written `@handle`."""

    id: str
    handle: str
    name: str
    members: list[str]

    def as_api(self, team_id: str, *, with_users: bool) -> Json:
        shown: Json = {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "date_delete": 0,
            "user_count": len(self.members),
        }
        return shown | ({"users": list(self.members)} if with_users else {})


@dataclass(slots=True)
class Message:
    """One message. `only_for` is the one person who sees an ephemeral one, else empty."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    metadata: Json = field(default_factory=dict)
    edited: Json = field(default_factory=dict)
    reactions: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    subtype: str = ""
    only_for: str = ""

    def as_api(self, *, metadata: bool = False) -> Json:
        """The shape of conversations.history: empty fields left out, metadata only where it was asked for."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        optional = ("subtype", "bot_id", "app_id", "username", "thread_ts", "blocks", "attachments", "edited")
        for name in (*optional, "reactions", "files"):
            if value := getattr(self, name):
                shown[name] = value
        if metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown

    def as_kept(self) -> Json:
        """Every field, for the state file."""
        return asdict(self)


@dataclass(slots=True)
class View:
    """A modal or a home tab, open for one person. `body` is what the app sent, `values` what was filled in."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str = ""
    channel: str = ""

    def as_api(self, team_id: str, app_id: str, bot_id: str, values: Json | None = None) -> Json:
        optional = {"title", "submit", "close"}
        return {
            "id": self.id,
            "team_id": team_id,
            "type": self.body["type"],
            "blocks": self.body["blocks"],
            "private_metadata": self.body.get("private_metadata", ""),
            "callback_id": self.body.get("callback_id", ""),
            "external_id": self.body.get("external_id", ""),
            "clear_on_close": bool(self.body.get("clear_on_close")),
            "notify_on_close": bool(self.body.get("notify_on_close")),
            "submit_disabled": bool(self.body.get("submit_disabled")),
            "state": {"values": values or {}},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id or None,
            "app_id": app_id,
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
            **{name: self.body.get(name) for name in optional},
        }
