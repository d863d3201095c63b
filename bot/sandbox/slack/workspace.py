"""The state of the workspace. What changes, changes here, so that the journal and the page hear of it."""

from collections.abc import Iterator
from dataclasses import asdict

from bot.sandbox.slack.entities import Channel, Group, Json, Message, Person, View
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.ids import Timestamps, new_id
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.journal import Journal
from bot.sandbox.slack.refused import Refused
from bot.sandbox.slack.seed import Seed


class Workspace:
    """People, conversations, messages and views. Used on the server's loop only."""

    def __init__(self, seed: Seed, app: Installation, feed: Feed, journal: Journal, times: Timestamps) -> None:
        self.seed, self.app, self.feed, self.journal, self.times = seed, app, feed, journal, times
        bot = Person(app.bot_user, app.name.lower(), app.name, "App", "334155", bot_id=app.bot_id)
        self.people: dict[str, Person] = {person.id: person for person in (*seed.people, bot)}
        self.groups: dict[str, Group] = {group.id: group for group in seed.groups}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.files: dict[str, str] = {}
        for channel in seed.channels:
            self._open(Channel(**(asdict(channel) | {"members": list(channel.members)})))
        self._restore(journal.load())

    def _restore(self, kept: dict[str, dict[str, Json]]) -> None:
        for body in kept.get("channel", {}).values():
            self._open(Channel(**body))
        for body in kept.get("message", {}).values():
            self.messages[body["channel"]][body["ts"]] = Message(**body)
            self.times.at_least(body["ts"])
        self.files = {file_id: body["text"] for file_id, body in kept.get("file", {}).items()}
        for user, body in kept.get("home", {}).items():
            self.homes[user] = View(**body)

    def _open(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})

    def keep_channel(self, channel: Channel) -> None:
        """A conversation is new, or its members changed."""
        self._open(channel)
        self.journal.put("channel", channel.id, asdict(channel))

    def direct(self, user: str) -> Channel:
        """The direct conversation between the app and `user`, made when it is first needed."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        members = [user, self.app.bot_user]
        channel = Channel(new_id("D"), "", kind="im", members=members, created=int(self.times.clock()))
        self.keep_channel(channel)
        return channel

    def channel_id(self, name: str) -> str:
        """The id of a channel given as `#name`, `name` or id; anything else as it is."""
        wanted = name.removeprefix("#")
        named = (channel.id for channel in self.channels.values() if channel.name == wanted != "")
        return name if name in self.channels else next(named, name)

    def history(self, channel: str) -> Iterator[Message]:
        """What everybody in the channel sees, oldest first."""
        return (message for message in list(self.messages[channel].values()) if not message.only_for)

    def thread(self, channel: str, root: str) -> list[Message]:
        """The root message and its replies, oldest first; empty when there is no such root."""
        return [message for message in self.history(channel) if root in (message.ts, message.thread_ts)]

    def audience(self, message: Message) -> list[str] | None:
        """Who may see it: one person, the members of a direct conversation, or None for everybody."""
        if message.only_for:
            return [message.only_for]
        channel = self.channels[message.channel]
        return None if channel.kind == "public" else channel.members

    def add(self, message: Message, thread_ts: str = "") -> Message:
        """A message appears, in the thread of `thread_ts` if that is given; refuses with thread_not_found."""
        root = self._root(message.channel, thread_ts) if thread_ts else None
        if root:
            root.thread_ts = message.thread_ts = root.thread_ts or root.ts
        self._store("ephemeral" if message.only_for else "message", message)
        if root and not message.only_for:
            self.change(root)
        return message

    def _root(self, channel: str, ts: str) -> Message:
        root = self.messages[channel].get(ts)
        if root is None or root.only_for:
            raise Refused("thread_not_found")
        return self.messages[channel].get(root.thread_ts, root)

    def change(self, message: Message) -> Message:
        """A message is not as it was."""
        return self._store("ephemeral" if message.only_for else "message_changed", message)

    def _store(self, event: str, message: Message) -> Message:
        self.messages[message.channel][message.ts] = message
        self.journal.put("message", f"{message.channel}/{message.ts}", message.as_kept())
        shown = {"type": event, "channel": message.channel, "message": self.shown(message)}
        self.feed.tell(shown, self.audience(message))
        return message

    def remove(self, message: Message) -> None:
        """A message is gone."""
        shown = {"type": "message_deleted", "channel": message.channel, "message": self.shown(message)}
        del self.messages[message.channel][message.ts]
        self.journal.put("message", f"{message.channel}/{message.ts}", None)
        self.feed.tell(shown, self.audience(message))
        root = self.messages[message.channel].get(message.thread_ts)
        if root and not message.only_for:
            self.change(root)

    def shown(self, message: Message) -> Json:
        """A message as the page and tests see it: with its metadata, its channel, and whether it is ephemeral."""
        shown = self.threaded(message, metadata=True)
        return shown | {"channel": message.channel, "ephemeral": bool(message.only_for)}

    def threaded(self, message: Message, *, metadata: bool = False) -> Json:
        """A message as the API gives it; the root of a thread also counts its replies."""
        shown = message.as_api(metadata=metadata)
        if message.only_for or message.thread_ts != message.ts:
            return shown
        replies = self.thread(message.channel, message.ts)[1:]
        users = list(dict.fromkeys(reply.user for reply in replies))
        counted: Json = {"reply_count": len(replies), "reply_users": users, "reply_users_count": len(users)}
        return shown | counted | ({"latest_reply": replies[-1].ts} if replies else {})

    def keep_file(self, file_id: str, data: bytes) -> str:
        """A file arrived whole; kept as text, which is what it answers."""
        text = self.files[file_id] = data.decode(errors="replace")
        self.journal.put("file", file_id, {"text": text})
        return text

    def install(self, manifest: Json) -> None:
        """The app is installed from a manifest that was found good; its user carries the manifest's name."""
        self.app.install(manifest)
        bot = self.people[self.app.bot_user]
        bot.name, bot.real_name = self.app.name.lower(), self.app.name

    def set_home(self, view: View) -> None:
        """The app published a home tab."""
        self.homes[view.user] = view
        self.journal.put("home", view.user, asdict(view))
        self.feed.tell({"type": "home", "view": self.view_shown(view)}, [view.user])

    def view_shown(self, view: View, values: Json | None = None) -> Json:
        """A view as the API, payloads and the page see it."""
        return view.as_api(self.seed.team_id, self.app.app_id, self.app.bot_id, values)
