"""chat.*: say, change, withdraw, link."""

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.blocks import Content, prepared
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Channel, Json, Message
from bot.sandbox.slack.rates import SPECIAL, TIER_3, TIER_4
from bot.sandbox.slack.refused import Refused

MOST_UPDATED_TEXT = 4000


def post_message(call: Call) -> Json:
    channel = call.channel()
    _may_write(call, channel)
    content = prepared(call.args)
    message = _message(call, channel, content)
    thread_ts = call.args.text("thread_ts")
    if thread_ts and call.args.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    call.workspace.add(message, thread_ts)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_api(metadata=True)}


def post_ephemeral(call: Call) -> Json:
    channel, person = call.channel(), call.person()
    _may_write(call, channel)
    if person.id not in channel.members:
        raise Refused("user_not_in_channel")
    message = _message(call, channel, prepared(call.args))
    message.only_for = person.id
    return {"message_ts": call.workspace.add(message, call.args.text("thread_ts")).ts}


def update(call: Call) -> Json:
    """Text without blocks drops the blocks; blocks stay only when text is absent too. Metadata stays when absent."""
    message, args = call.own_message("cant_update_message"), call.args
    if "text" not in args and "blocks" not in args and "attachments" not in args:
        if "metadata" not in args:
            raise Refused("no_text")
        content = prepared(Args({**args.given, "text": message.text, "blocks": message.blocks}))
    else:
        content = prepared(args, most_text=MOST_UPDATED_TEXT)
    message.text, message.blocks, message.attachments = content.text, content.blocks, content.attachments
    message.metadata = content.metadata if "metadata" in args else message.metadata
    message.edited = {"user": call.workspace.app.bot_user, "ts": call.workspace.times.next()}
    call.workspace.change(message)
    answer = {"channel": message.channel, "ts": message.ts, "text": message.text}
    return {**answer, "message": message.as_api(metadata=True)}


def delete(call: Call) -> Json:
    message = call.own_message("cant_delete_message")
    call.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel, ts = call.channel(), call.args.need("message_ts")
    message = call.workspace.messages[channel.id].get(ts)
    if message is None or message.only_for:
        raise Refused("message_not_found")
    link = f"{call.hub.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _may_write(call: Call, channel: Channel) -> None:
    if call.workspace.app.bot_user in channel.members:
        return
    if channel.kind != "public" or not call.workspace.app.granted("chat:write.public"):
        raise Refused("not_in_channel")


def _message(call: Call, channel: Channel, content: Content) -> Message:
    app = call.workspace.app
    return Message(
        channel=channel.id,
        ts=call.workspace.times.next(),
        user=app.bot_user,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        bot_id=app.bot_id,
        app_id=app.app_id,
        username=call.args.text("username") if app.granted("chat:write.customize") else "",
        metadata=content.metadata,
    )


WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(post_message, WRITE, SPECIAL),
    "chat.postEphemeral": Method(post_ephemeral, WRITE, TIER_4),
    "chat.update": Method(update, WRITE, TIER_3),
    "chat.delete": Method(delete, WRITE, TIER_3),
    "chat.getPermalink": Method(get_permalink, (), SPECIAL),
}
