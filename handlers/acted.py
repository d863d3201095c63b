"""What somebody who clicked an act on an alert is answered."""

from bot.messages.blind import unseen_message
from bot.messages.scaling import began_message
from bot.messages.started import act_message
from bot.model import Content
from bot.records import Act
from bot.refusals import Refusal
from bot.scales import Scaling
from bot.watch import Unseen
from handlers.office import Office
from handlers.reply import refused


def acted(office: Office, found: Act | Scaling | Unseen | Refusal) -> Content:
    """That it has begun, or what has to be confirmed first, or why not."""
    match found:
        case Refusal():
            return refused(office, found)
        case Unseen():
            return unseen_message(found)
        case Scaling():
            return began_message(found, office.fleet().channels.deploys)
        case Act():
            return act_message(found)
