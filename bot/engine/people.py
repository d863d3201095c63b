"""Who may: explicit user ids, and members of Slack's user groups as Slack knows them now."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.engine.clock import Clock
from bot.errors import SlackRefused

FRESH = timedelta(seconds=60)
PLAN = "plan_upgrade_required"
WORDS = {
    PLAN: "this Slack plan has no user groups: write user ids (U…) under `access` in the fleet file",
    "missing_scope": "the app lacks the scope usergroups:read: install it again from slack-manifest.yaml",
}


class GroupView(Protocol):
    """A user group (bot/backends/slack.py)."""

    @property
    def id(self) -> str: ...

    @property
    def handle(self) -> str: ...

    @property
    def members(self) -> frozenset[str]: ...


class Groups(Protocol):
    """Where user groups are read. Raises SlackError."""

    def groups(self) -> Sequence[GroupView]: ...


class People:
    """Remembers the groups for a minute, or until Slack tells of a change. Safe to share between threads."""

    def __init__(self, port: Groups, clock: Clock) -> None:
        self._port = port
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = datetime.min.replace(tzinfo=UTC)
        self._groups: dict[str, GroupView] = {}

    def may(self, user_id: str, allowed: Sequence[str]) -> bool:
        """Whether one of `allowed` (user ids, `@handles`, group ids) is this person or has them as a member.

        Ids need no Slack. Raises SlackError when a group that would decide it cannot be read: nobody is let in, or
        kept out, by guess.
        """
        if user_id in allowed:
            return True
        named = [name for name in allowed if name.startswith(("@", "S"))]
        if not named:
            return False
        groups = self._known()
        if any(user_id in groups[name].members for name in named if name in groups):
            return True
        missing = [name for name in named if name not in groups]
        if missing:
            raise SlackRefused(
                "no_such_subteam", f"Slack has no user group {', '.join(missing)}: correct `access` in the fleet file"
            )
        return False

    def handles(self) -> Mapping[str, str]:
        """Group ids by handle (without @), for mentions. Raises SlackError."""
        return {group.handle: group.id for group in self._known().values()}

    def forget(self) -> None:
        """Slack told of a change (subteam_members_changed, subteam_updated, …): read again when next asked."""
        with self._lock:
            self._read_at = datetime.min.replace(tzinfo=UTC)

    def _known(self) -> dict[str, GroupView]:
        """Every group by `@handle` and by id."""
        with self._lock:
            now = self._clock.now()
            if not timedelta() <= now - self._read_at < FRESH:
                self._groups = self._read()
                self._read_at = now
            return self._groups

    def _read(self) -> dict[str, GroupView]:
        try:
            found = self._port.groups()
        except SlackRefused as refused:
            raise SlackRefused(refused.code, WORDS.get(refused.code, refused.detail)) from refused
        return {name: group for group in found for name in (f"@{group.handle}", group.id)}
