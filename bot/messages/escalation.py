"""An outage that nobody acknowledges, told to more people."""

from datetime import datetime

from bot.messages import words
from bot.messages.alert import plain, titled
from bot.messages.blocks import content, context, section
from bot.model import Content
from bot.watch import Alert, Escalated


def copy(message: Content, taken: Escalated, origin: str) -> Content:
    """The alert as it stands in its own channel `origin`, below why it is told here too."""
    why = f"Told here because nobody in {words.escape(origin)} had acknowledged it by {words.date(taken.at, '{time}')}"
    return content(message.text, [context(why), *message.blocks])


def passed_on(facts: Alert, taken: Escalated, reaches: bool, now: datetime) -> Content:
    """In the thread of the alert; by mail it stands alone. `reaches`: there is such a way out."""
    lasts = words.duration(now - facts.incident.started_at)
    if taken.channel:
        first = f"{titled('Escalated', facts)} · told in {words.escape(taken.channel)} too"
    elif reaches:
        first = f"{titled('Escalated', facts)} · sent by {words.escape(taken.way)} too"
    else:
        way = words.escape(taken.way)
        first = f"{titled('Not escalated', facts)} · NOTIFY_URLS has no way called {way}: add `{way}=` and an address"
        first += ", and start anew"
    first += f" · down for {lasts}, and nobody has acknowledged it"
    return content(plain(first), [section(first)])
