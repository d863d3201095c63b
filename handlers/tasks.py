"""/deploy run: a command of the fleet file, once."""

from bot.grammar import RunOf
from bot.messages.task_runs import task_begun_message
from bot.model import Content
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused


def answer(office: Office, user: str, command: RunOf) -> Content:
    begun = asked(lambda: office.tasks.ask(user, command.service, command.task, command.environment))
    if isinstance(begun, Refusal):
        return refused(office, begun)
    return task_begun_message(begun, office.fleet().channels.deploys)
