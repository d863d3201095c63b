"""A check that goes up and down all the time: said once, edited when it is calm again."""

from collections.abc import Iterator
from datetime import datetime

from bot.messages.alert import changed, plain, silenced
from bot.messages.blocks import Block, content, context, section
from bot.messages.remedies import rows
from bot.messages.words import count, date, duration, escape
from bot.model import Content, Health
from bot.watch import NOTHING, Alert, CheckState, Panel


def flapping_message(
    check_id: str, state: CheckState, changes: int, results: int, lead: Alert | None = None, panel: Panel = NOTHING
) -> Content:
    """`FLAPPING · shop/production/http · since 14:02:11 · 7 changes in 21 results`. `lead` is the outage that its
    buttons speak of; nobody is reminded of it, so there is nothing to acknowledge.
    """
    since = date(state.flapping_since) if state.flapping_since else "now"
    first = (
        f"*FLAPPING* · {escape(check_id)} · since {since} · {count(changes, 'change')} in {count(results, 'result')}"
    )
    more = "Its ups and downs are told to nobody until it is calm. If it is down then, that is told."
    last = f"*Last*  {escape(state.cause)}" if state.cause else ""
    service = escape(check_id.partition("/")[0])
    do = (
        f"*Do*  look when it fails, `/status checks {service}`, and at what happens there then. If only its limit is"
        " too tight, let it fail more often in a row (`down_after`)."
    )
    seen = changed(lead) if lead else ""
    blocks = [section(text) for text in (first, last, seen, do, more) if text]
    return content(plain(first), [*blocks, *(_offered(lead, panel) if lead else ())])


def _offered(lead: Alert, panel: Panel) -> Iterator[Block]:
    """What was done and who hears of it, then the buttons."""
    if lead.note:
        yield context(lead.note)
    if panel.silence:
        yield context(silenced(panel.silence))
    yield from rows(lead, panel, takes_care=False)


def calm_message(check_id: str, since: datetime, state: CheckState, now: datetime) -> Content:
    """Its closed form."""
    stands = "down: see its alert" if state.health is Health.DOWN else "up"
    first = f"*CALM* · {escape(check_id)} · was flapping for {duration(now - since)} · it is {stands}"
    return content(plain(first), [section(first)])
