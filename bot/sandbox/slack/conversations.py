"""conversations.*: the app's view of channels and of what was said in them."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bot.sandbox.slack.call import Call, Method, page_of
from bot.sandbox.slack.entities import Channel, Json, Message
from bot.sandbox.slack.rates import TIER_2, TIER_3
from bot.sandbox.slack.refused import Refused

KIND_OF_TYPE = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
SCOPE_OF_KIND = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def list_(call: Call) -> Json:
    types = (call.args.text("types") or "public_channel").split(",")
    if any(kind.strip() not in KIND_OF_TYPE for kind in types):
        raise Refused("invalid_types")
    kinds = {KIND_OF_TYPE[kind.strip()] for kind in types}
    for kind in sorted(kinds):
        call.hub.need(SCOPE_OF_KIND[kind])
    bot = call.workspace.app.bot_user
    visible = [channel for channel in call.workspace.channels.values() if _visible(channel, bot)]
    rows = [channel.as_api(bot) for channel in visible if channel.kind in kinds]
    page, cursor = page_of(rows, call.args, default=100, most=1000)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def info(call: Call) -> Json:
    channel = call.channel()
    if not _visible(channel, call.workspace.app.bot_user):
        raise Refused("channel_not_found")
    call.hub.need(SCOPE_OF_KIND[channel.kind])
    return {"channel": channel.as_api(call.workspace.app.bot_user)}


def members(call: Call) -> Json:
    rows: list[Json] = [{"id": member} for member in call.channel().members]
    page, cursor = page_of(rows, call.args, default=100, most=1000)
    return {"members": [row["id"] for row in page], "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    channel, bot = call.channel(), call.workspace.app.bot_user
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    already = bot in channel.members
    if not already:
        channel.members.append(bot)
        call.workspace.keep_channel(channel)
    warned: Json = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": channel.as_api(bot)} | (warned if already else {})


def open_(call: Call) -> Json:
    if "channel" in call.args:
        return {"channel": {"id": call.channel().id}}
    users = [user for user in call.args.need("users", "users_list_not_supplied").split(",") if user]
    if len(users) != 1:
        raise Refused("not_enough_users" if not users else "method_not_supported_for_channel_type")
    if users[0] not in call.workspace.people:
        raise Refused("user_not_found")
    channel = call.workspace.direct(users[0])
    shown = channel.as_api(call.workspace.app.bot_user) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def history(call: Call) -> Json:
    """Newest first; replies in threads are left out unless they were broadcast."""
    channel = call.readable()
    said = [message for message in call.workspace.history(channel.id) if _top_level(message)]
    rows = _between(call, reversed([*said]))
    page, cursor = page_of(rows, call.args, default=100, most=999)
    return {"messages": page, "has_more": bool(cursor), "pin_count": 0} | _cursor(cursor)


def replies(call: Call) -> Json:
    """The root first, then its replies, oldest first. The root is given whatever `oldest` says."""
    channel = call.readable()
    ts = call.args.need("ts")
    thread = call.workspace.thread(channel.id, ts)
    if not thread:
        raise Refused("thread_not_found")
    root, rest = thread[:1], thread[1:]
    metadata = call.args.flag("include_all_metadata")
    first = [call.workspace.threaded(message, metadata=metadata) for message in root]
    page, cursor = page_of(first + _between(call, iter(rest)), call.args, default=1000, most=1000)
    return {"messages": page, "has_more": bool(cursor)} | _cursor(cursor)


def _between(call: Call, messages: Iterator[Message]) -> list[Json]:
    """Messages between `oldest` and `latest`, both left out unless `inclusive`."""
    args = call.args
    oldest, latest = _moment(args.text("oldest", "0")), _moment(args.text("latest") or "99999999999")
    inclusive, metadata = args.flag("inclusive"), args.flag("include_all_metadata")
    return [
        call.workspace.threaded(message, metadata=metadata)
        for message in messages
        if oldest < _moment(message.ts) < latest or (inclusive and _moment(message.ts) in (oldest, latest))
    ]


def _moment(ts: str) -> Decimal:
    try:
        return Decimal(ts or "0")
    except InvalidOperation:
        raise Refused("invalid_ts_oldest") from None


def _top_level(message: Message) -> bool:
    return message.thread_ts in ("", message.ts) or message.subtype == "thread_broadcast"


def _visible(channel: Channel, bot: str) -> bool:
    return channel.kind == "public" or bot in channel.members


def _cursor(cursor: str) -> Json:
    return {"response_metadata": {"next_cursor": cursor}} if cursor else {}


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHODS = {
    "conversations.list": Method(list_, READ, TIER_2),
    "conversations.info": Method(info, READ, TIER_3),
    "conversations.members": Method(members, READ, TIER_3),
    "conversations.join": Method(join, ("channels:join",), TIER_3),
    "conversations.open": Method(open_, ("im:write", "channels:manage", "groups:write"), TIER_3),
    "conversations.history": Method(history, HISTORY, TIER_3),
    "conversations.replies": Method(replies, HISTORY, TIER_3),
}
