"""reactions.*: an emoji on a message."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Json, Message
from bot.sandbox.slack.rates import TIER_3
from bot.sandbox.slack.refused import Refused


def add(call: Call) -> Json:
    message, name, bot = _message(call), _name(call), call.workspace.app.bot_user
    users = _users(message, name)
    if bot in users:
        raise Refused("already_reacted")
    return _set(call, message, name, [*users, bot])


def remove(call: Call) -> Json:
    message, name, bot = _message(call), _name(call), call.workspace.app.bot_user
    users = _users(message, name)
    if bot not in users:
        raise Refused("no_reaction")
    return _set(call, message, name, [user for user in users if user != bot])


def _users(message: Message, name: str) -> list[str]:
    return next((row["users"] for row in message.reactions if row["name"] == name), [])


def _set(call: Call, message: Message, name: str, users: list[str]) -> Json:
    others = [row for row in message.reactions if row["name"] != name]
    message.reactions = [*others, {"name": name, "users": users, "count": len(users)}] if users else others
    call.workspace.change(message)
    return {}


def _message(call: Call) -> Message:
    message = call.workspace.messages[call.channel().id].get(call.args.need("timestamp", "no_item_specified"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    return message


def _name(call: Call) -> str:
    name = call.args.need("name", "invalid_name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").replace("'", "").isalnum():
        raise Refused("invalid_name")
    return name


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), TIER_3),
    "reactions.remove": Method(remove, ("reactions:write",), TIER_3),
}
