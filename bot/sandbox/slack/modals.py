"""The stack of modals that a person has open: at most three, the app sees and changes only its own."""

import secrets
from typing import Any

from bot.sandbox.slack import form
from bot.sandbox.slack.blocks import kept_blocks, refused_blocks
from bot.sandbox.slack.entities import Json, View
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.ids import new_id
from bot.sandbox.slack.limits.views import view_problems
from bot.sandbox.slack.refused import Refused

MOST_STACKED = 3


class Modals:
    """Opens, pushes, updates and closes views, and tells the one person who sees them."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stacks = hub.workspace.modals

    def stack(self, user: str) -> list[View]:
        """What `user` has open, the visible one last."""
        return self._stacks.setdefault(user, [])

    def checked(self, body: Any, surface: str) -> Json:
        """A view that Slack would take, with the ids that Slack adds; refuses with invalid_arguments."""
        if problems := view_problems(body, surface):
            raise refused_blocks("invalid_arguments", problems)
        kept: Json = {name: value for name, value in body.items() if value is not None}
        return {**kept, "blocks": kept_blocks(body["blocks"])}

    def open(self, user: str, body: Json, channel: str) -> View:
        """A first modal; whatever was open before is gone."""
        self._stacks[user] = []
        return self._put(user, body, "open", channel)

    def push(self, user: str, body: Json) -> View:
        """One more on top; refuses with push_limit_reached."""
        stack = self.stack(user)
        if not stack:
            raise Refused("not_found")
        if len(stack) >= MOST_STACKED:
            raise Refused("push_limit_reached")
        return self._put(user, body, "push", stack[-1].channel)

    def _put(self, user: str, body: Json, action: str, channel: str) -> View:
        self._unique(body)
        stack, view_id = self.stack(user), new_id("V")
        root = stack[0].id if stack else view_id
        previous = stack[-1].id if stack else ""
        _start_here(body["blocks"], channel)
        view = View(view_id, user, body, _new_hash(self._hub), root, previous, channel)
        stack.append(view)
        self._tell(action, view)
        return view

    def _unique(self, body: Json, but: View | None = None) -> None:
        wanted = body.get("external_id")
        views = [view for stack in self._stacks.values() for view in stack if view is not but]
        if wanted and any(view.body.get("external_id") == wanted for view in views):
            raise Refused("duplicate_external_id")

    def update(self, view: View, body: Json) -> View:
        """Other content in the same place."""
        self._unique(body, view)
        view.body, view.hash = body, _new_hash(self._hub)
        self._tell("update", view)
        return view

    def close(self, view: View) -> None:
        """The view goes, and what was stacked on it."""
        stack = self.stack(view.user)
        for gone in reversed(stack[stack.index(view) :]):
            stack.remove(gone)
            self._tell("close", gone)

    def clear(self, user: str) -> None:
        """All go."""
        if stack := self.stack(user):
            self.close(stack[0])

    def find(self, view_id: str, external_id: str = "") -> View:
        """An open modal by id or external_id; refuses with not_found."""
        for stack in self._stacks.values():
            for view in stack:
                if view_id == view.id or (external_id and external_id == view.body.get("external_id")):
                    return view
        raise Refused("not_found")

    def _tell(self, action: str, view: View) -> None:
        shown = self._hub.workspace.view_shown(view)
        self._hub.feed.tell({"type": "view", "action": action, "view": shown}, [view.user])


def _start_here(blocks: list[Json], channel: str) -> None:
    """Selects that asked for it start with the conversation from which the modal was opened."""
    for _, element in form.elements(blocks):
        if not channel or not element.get("default_to_current_conversation"):
            continue
        if element["type"].startswith("multi_"):
            element.setdefault("initial_conversations", [channel])
        else:
            element.setdefault("initial_conversation", channel)


def _new_hash(hub: Hub) -> str:
    return f"{int(hub.clock())}.{secrets.token_hex(4)}"


def publish(hub: Hub, modals: Modals, user: str, body: Any, expected: str) -> View:
    """The home tab of `user`; refuses with hash_conflict when `expected` is not the hash of what is there."""
    body = modals.checked(body, "home")
    before = hub.workspace.homes.get(user)
    if expected and before and before.hash != expected:
        raise Refused("hash_conflict")
    view_id = before.id if before else new_id("V")
    view = View(view_id, user, body, _new_hash(hub), view_id, channel="")
    hub.workspace.set_home(view)
    return view
