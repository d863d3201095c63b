"""/deploy plan, rollback, promote and abort."""

from bot.grammar import AbortOf, PlanOf, PromoteTo, RollbackOf
from bot.halt import Halt
from bot.messages.halt import chosen_message
from bot.messages.preview import preview_message
from bot.messages.started import aborting_message
from bot.model import Content
from bot.records import Deploy
from bot.refusals import Refusal
from handlers.begun import begun
from handlers.office import Office
from handlers.reply import asked, refused


def plan(office: Office, user: str, command: PlanOf) -> Content:
    seen = asked(lambda: office.moves.plan(user, command.of))
    return refused(office, seen) if isinstance(seen, Refusal) else preview_message(seen, office.clock.now())


def roll_back(office: Office, user: str, command: RollbackOf) -> Content:
    service, ref, environment = command.service, command.ref, command.environment
    return begun(office, asked(lambda: office.moves.roll_back(user, service, ref, environment)))


def promote(office: Office, user: str, command: PromoteTo) -> Content:
    return begun(office, asked(lambda: office.moves.promote(user, command.service, command.environment)))


def abort(office: Office, user: str, command: AbortOf) -> Content:
    what = command.service if command.deploy is None else str(command.deploy)
    return _stopped(office, asked(lambda: office.moves.abort(user, what, command.environment)))


def press_abort(office: Office, user: str, number: str) -> Content:
    """By the button of a deploy's message."""
    return _stopped(office, asked(lambda: office.moves.abort(user, number, button=True)))


def _stopped(office: Office, stopped: Deploy | Halt | Refusal) -> Content:
    if isinstance(stopped, Halt):
        return chosen_message(stopped)
    return refused(office, stopped) if isinstance(stopped, Refusal) else aborting_message(stopped)
