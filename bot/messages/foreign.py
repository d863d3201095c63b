"""What is said of alerts from elsewhere, besides the alert itself."""

from bot.messages.blocks import content, section
from bot.messages.words import escape, user
from bot.model import Content
from bot.watch import Alert


def closing_note(who: str, reason: str) -> str:
    return f"closed by {user(who)}: {escape(reason.strip())}"


def closed_message(facts: Alert) -> Content:
    """What whoever closed it sees."""
    what = f"Incident {facts.incident.id} of {escape(str(facts.incident.target))} is closed, and the alert says so."
    more = f"If {escape(facts.sighting.source)} tells a new one, it is told here as a new incident."
    return content(what, [section(f"{what}\n{more}")])
