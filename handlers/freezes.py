"""/deploy freeze and unfreeze."""

from bot.grammar import FreezeOf, UnfreezeOf
from bot.grammar.hold_forms import Until
from bot.messages.freezes import froze_message, thawed_message
from bot.model import Content
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused


def answer(office: Office, user: str, command: FreezeOf | UnfreezeOf) -> Content:
    if isinstance(command, UnfreezeOf):
        thawed = asked(lambda: office.freezes.unfreeze(user, command.environment))
        return refused(office, thawed) if isinstance(thawed, Refusal) else thawed_message(thawed)
    until = command.until or Until()
    end = until.day, until.time, until.zone
    begun = asked(lambda: office.freezes.freeze(user, command.environment, command.reason, *end))
    if isinstance(begun, Refusal):
        return refused(office, begun)
    return froze_message(begun, office.fleet().channels.deploys)
