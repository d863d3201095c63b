"""/status checks and /status incidents."""

from bot.grammar import ChecksOf, IncidentsNow
from bot.messages.outage_record import incidents_message
from bot.messages.sights import checks_message
from bot.model import Content
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused


def answer(office: Office, command: ChecksOf | IncidentsNow) -> Content:
    if isinstance(command, IncidentsNow):
        seen = asked(office.sights.outages)
        return refused(office, seen) if isinstance(seen, Refusal) else incidents_message(seen)
    found = asked(lambda: office.sights.checks(command.service))
    return refused(office, found) if isinstance(found, Refusal) else checks_message(found)
