"""The hands of the people in the workspace, for tests and scripts: type, press, fill in, look."""

from typing import Any

from bot.sandbox.slack import form, payloads
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.people import People
from bot.sandbox.slack.thread import WebThread


class Hands:
    """People and channels are named as in the seed ("ana", "deploys") or by id."""

    def __init__(self, hub: Hub, people: People, thread: WebThread) -> None:
        self.hub, self._people, self._thread = hub, people, thread
        self.users = {person.name: person.id for person in hub.seed.people}
        self.channels = {channel.name: channel.id for channel in hub.seed.channels}

    def _user(self, name: str) -> str:
        return self.users.get(name, name)

    def _channel(self, name: str) -> str:
        return self.channels.get(name.removeprefix("#"), name)

    def command(self, user: str, command: str, text: str = "", channel: str = "deploys") -> Delivery:
        """Type `/command text` in a channel; answers when it was acknowledged or given up."""
        return self._thread.wait(self._people.command(self._user(user), self._channel(channel), command, text))

    def post(self, user: str, text: str, channel: str = "deploys", thread_ts: str | None = None) -> Json:
        """Write a message; answers it."""
        who, where = self._user(user), self._channel(channel)
        message = self._thread.call(lambda: self._people.post(who, where, text, thread_ts or ""))
        return self._thread.call(lambda: self.hub.workspace.shown(message))

    def click(
        self,
        user: str,
        where: Json,
        action_id: str,
        block_id: str | None = None,
        value: Any = None,
        selected: Any = None,
        values: Json | None = None,
    ) -> Delivery:
        """Press a button or change an element of a message (from `messages`) or a view.

        `where` is what the person sees: it may be older than what is there now, as with a late click. `value` is
        sent instead of a button's own; `selected` is what is chosen in a select, picker or menu: an option's value,
        an id, a date, or a list of them. `values` is what else is filled in, as for `submit`. Raises LookupError when
        `where` shows no such element.
        """
        found = form.find(where.get("blocks", []), action_id, block_id)
        if found is None:
            raise LookupError(f"nothing here has the action_id {action_id!r}")
        block, element = found
        chosen = selected if selected is not None else value if value is not None else element.get("value")
        now = self._thread.call(self.hub.workspace.times.next)
        acted = payloads.action(block, element, chosen, now)
        is_view = "state" in where
        container = {"type": "view", "view_id": where["id"]} if is_view else {"type": "message", **where}
        place = self._thread.call(lambda: self._people.place(_container(container)))
        held = {**(values or {}), **({block["block_id"]: {action_id: selected}} if selected is not None else {})}
        return self._thread.wait(self._people.act(self._user(user), place, acted, held))

    def suggest(self, user: str, view: Json, action_id: str, value: str) -> list[Json]:
        """Type `value` into an external select of a view; answers the options, also those in groups."""
        answer = self.suggested(user, view, action_id, value)
        groups: list[Json] = answer.get("option_groups", [])
        return [*answer.get("options", ()), *(option for group in groups for option in group["options"])]

    def suggested(self, user: str, view: Json, action_id: str, value: str) -> Json:
        """The same as the app answers it: `options`, or `option_groups`."""
        found = form.find(view["blocks"], action_id)
        if found is None:
            raise LookupError(f"nothing here has the action_id {action_id!r}")
        place = self._thread.call(lambda: self._people.place({"type": "view", "view_id": view["id"]}))
        asked = self._people.suggest(self._user(user), place, action_id, found[0]["block_id"], value)
        return self._thread.wait(asked).response

    def submit(self, user: str, view_id: str, values: Json) -> Delivery:
        """Send a form; `values` is {block_id: {action_id: text, option value, id, … or Slack's own shape}}."""
        return self._thread.wait(self._people.submit(self._user(user), view_id, values))

    def close_view(self, user: str, view_id: str) -> Delivery | None:
        """Close a modal without sending it; the answer is None when the app did not ask to hear of it."""
        return self._thread.wait(self._people.close(self._user(user), view_id))

    def open_home(self, user: str) -> None:
        """Look at the app's home tab."""
        self._thread.call(lambda: self._people.open_home(self._user(user)))

    def home(self, user: str) -> Json | None:
        """The home tab that was published for `user`."""

        def look() -> Json | None:
            view = self.hub.workspace.homes.get(self._user(user))
            return self.hub.workspace.view_shown(view) if view else None

        return self._thread.call(look)

    def modals(self, user: str) -> list[Json]:
        """The modals that `user` has open, the visible one last."""
        stack = self.hub.workspace.modals
        show = self.hub.workspace.view_shown
        return self._thread.call(lambda: [show(view) for view in stack.get(self._user(user), [])])

    def messages(self, channel: str = "deploys", user: str | None = None, thread_ts: str | None = None) -> list[Json]:
        """What stands in a channel, oldest first, replies too; with `user` also what only they see.

        With `thread_ts` only that thread. For a direct conversation with the app, `channel` is the person's name.
        """

        def look() -> list[Json]:
            workspace, place = self.hub.workspace, self._channel(channel)
            if self._user(place) in workspace.people:
                place = workspace.direct(self._user(place)).id
            seen = {"", self._user(user)} if user else {""}
            rows = [workspace.shown(row) for row in workspace.messages[place].values() if row.only_for in seen]
            return [row for row in rows if not thread_ts or thread_ts in (row["ts"], row.get("thread_ts"))]

        return self._thread.call(look)


def _container(given: Json) -> Json:
    return {name: given[name] for name in ("type", "view_id", "channel", "ts") if name in given}
