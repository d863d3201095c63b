"""What somebody who asked for a deploy or a rollback is answered."""

from bot.messages.proposals import proposal_message
from bot.messages.started import started_message
from bot.model import Content
from bot.proposals import Proposal
from bot.records import Deploy
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import refused


def begun(office: Office, found: Deploy | Proposal | Refusal) -> Content:
    """Where to watch it, or what has to be confirmed first, or why not."""
    if isinstance(found, Refusal):
        return refused(office, found)
    if isinstance(found, Proposal):
        return proposal_message(found)
    return started_message(found, office.fleet().channels.deploys)
