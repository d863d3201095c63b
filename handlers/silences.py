"""/status silence, unsilence and silences."""

from collections.abc import Sequence

from bot.grammar import SilenceOf, SilencesNow, UnsilenceOf
from bot.messages.silences import silenced_message, silences_message, unsilenced_message
from bot.model import Content
from bot.refusals import Refusal
from bot.watch import Silence
from handlers.office import Office
from handlers.reply import asked, refused


def answer(office: Office, user: str, command: SilenceOf | UnsilenceOf | SilencesNow) -> Content:
    if isinstance(command, SilencesNow):
        found = asked(office.silences.standing)
        return refused(office, found) if isinstance(found, Refusal) else silences_message(*found, office.clock.now())
    if isinstance(command, UnsilenceOf):
        return unsilenced(office, asked(lambda: office.silences.unsilence(user, command.service, command.environment)))
    wish = command.service, command.environment, command.lease, command.reason
    return silenced(office, asked(lambda: office.silences.silence(user, *wish)))


def silenced(office: Office, begun: Silence | Refusal) -> Content:
    """Also for an alert's button."""
    if isinstance(begun, Refusal):
        return refused(office, begun)
    return silenced_message(begun, office.fleet().channels.alerts)


def unsilenced(office: Office, ended: Sequence[Silence] | Refusal) -> Content:
    return refused(office, ended) if isinstance(ended, Refusal) else unsilenced_message(ended)
