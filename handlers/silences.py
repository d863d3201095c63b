"""/status silence, unsilence and silences."""

from bot.grammar import SilenceOf, SilencesNow, UnsilenceOf
from bot.messages.silences import silenced_message, silences_message, unsilenced_message
from bot.model import Content
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused


def answer(office: Office, user: str, command: SilenceOf | UnsilenceOf | SilencesNow) -> Content:
    if isinstance(command, SilencesNow):
        found = asked(office.silences.standing)
        return refused(office, found) if isinstance(found, Refusal) else silences_message(*found, office.clock.now())
    if isinstance(command, UnsilenceOf):
        ended = asked(lambda: office.silences.unsilence(user, command.service, command.environment))
        return refused(office, ended) if isinstance(ended, Refusal) else unsilenced_message(ended)
    wish = command.service, command.environment, command.lease, command.reason
    begun = asked(lambda: office.silences.silence(user, *wish))
    return (
        refused(office, begun)
        if isinstance(begun, Refusal)
        else silenced_message(begun, office.fleet().channels.alerts)
    )
