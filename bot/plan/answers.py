"""What follows when Slack says no to a message. Pure."""

from enum import StrEnum

from bot.model import Call


class Follows(StrEnum):
    """What the deliverer does next."""

    WAIT = "wait"  # no message would go: hold all of them
    PLAINER = "plainer"  # show it more plainly, at once
    CLOSE = "close"  # the message is gone: nothing more to do for it
    POST = "post"  # it cannot be looked for: say it, better twice than never
    SHELVE = "shelve"  # keep it, and try again now and then


TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
BLOCKS = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_attachments",
        "msg_blocks_too_long",
        "msg_too_long",
        "only_one_table_allowed",
        "block_mismatch",
    }
)
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
TODO = {
    "channel_not_found": "make the channel, or correct `channels` in the fleet file; name a private one by its id",
    "not_in_channel": "invite the bot to the channel: /invite in Slack",
    "is_archived": "unarchive the channel, or name another one under `channels` in the fleet file",
    "missing_scope": "install the app again from slack-manifest.yaml: it lacks a scope",
    "restricted_action": "a workspace setting keeps the bot from posting there: ask a workspace admin",
    "thread_not_found": "somebody deleted the message that this one answers; nothing to do",
    "message_not_found": "somebody deleted the message; nothing to do",
    "cant_update_message": "the message was posted with another app's token; nothing to do",
    "edit_window_closed": "the workspace forbids editing old messages; nothing to do",
}
NEW_TOKEN = "put a valid bot token into SLACK_BOT_TOKEN and start again; the messages are kept"


def after_refusal(code: str, call: Call, plainer: bool) -> Follows:
    """`plainer`: whether the message can be shown more plainly than it was."""
    if code in TOKEN:
        return Follows.WAIT
    if call is Call.SEARCH:
        return Follows.POST
    if code in BLOCKS and plainer:
        return Follows.PLAINER
    if code == "thread_not_found" or (code in GONE and call is Call.UPDATE):
        return Follows.CLOSE
    return Follows.SHELVE


def todo(code: str) -> str:
    """What a person can do about it."""
    if code in TOKEN:
        return NEW_TOKEN
    return TODO.get(code, f"see https://docs.slack.dev/reference/methods for {code}")
