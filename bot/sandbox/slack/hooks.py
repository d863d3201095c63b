"""response_url: an address at which an app may answer one command or click, five times in thirty minutes."""

import secrets
from dataclasses import dataclass

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.blocks import prepared
from bot.sandbox.slack.entities import Json, Message
from bot.sandbox.slack.ids import Clock
from bot.sandbox.slack.refused import Refused
from bot.sandbox.slack.workspace import Workspace

LIFETIME = 30 * 60.0
USES = 5


@dataclass(slots=True)
class Hook:
    """Who may be answered where; `message_ts` is the clicked message, empty for a command."""

    channel: str
    user: str
    message_ts: str
    born: float
    left: int = USES


class Hooks:
    """Hands out response URLs and carries out what is posted to them."""

    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace, self._clock = workspace, clock
        self._known: dict[str, Hook] = {}
        self.base_url = ""

    def new(self, user: str, channel: str, message_ts: str = "", kind: str = "commands") -> str:
        """A full URL."""
        path = f"{kind}/{self._workspace.seed.team_id}/{secrets.token_hex(12)}"
        self._known[path] = Hook(channel, user, message_ts, self._clock())
        return f"{self.base_url}/hooks/{path}"

    def post(self, path: str, args: Args) -> None:
        """Carry one answer out, or refuse with no_service, expired_url, used_url, no_text or invalid_blocks."""
        hook = self._known.get(path)
        if hook is None:
            raise Refused("no_service")
        if self._clock() - hook.born > LIFETIME:
            raise Refused("expired_url")
        if hook.left == 0:
            raise Refused("used_url")
        self.answer(hook, args)
        hook.left -= 1

    def answer(self, hook: Hook, args: Args) -> Message | None:
        """Delete or replace the clicked message, or post a new one; ephemeral unless asked otherwise."""
        original = self._workspace.messages[hook.channel].get(hook.message_ts)
        if args.flag("delete_original"):
            if original:
                self._workspace.remove(original)
            return None
        content = prepared(args)
        if original and args.flag("replace_original"):
            original.text, original.blocks, original.attachments = content.text, content.blocks, content.attachments
            return self._workspace.change(original)
        only_for = "" if args.text("response_type") == "in_channel" else hook.user
        app = self._workspace.app
        message = Message(
            channel=hook.channel,
            ts=self._workspace.times.next(),
            user=app.bot_user,
            bot_id=app.bot_id,
            app_id=app.app_id,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            metadata=content.metadata,
            only_for=only_for,
        )
        return self._workspace.add(message, args.text("thread_ts"))

    def acknowledged(self, user: str, channel: str, response: Json) -> Message | None:
        """What an ack of a slash command said; without text and blocks nothing is shown."""
        if not response.get("text") and not response.get("blocks"):
            return None
        return self.answer(Hook(channel, user, "", self._clock()), Args(response))
