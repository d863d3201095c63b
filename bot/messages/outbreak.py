"""Several outages that came together: one message with a count, the list in its thread."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages import words
from bot.messages.alert import acknowledged, changed, do, folding, plain, what
from bot.messages.blocks import content, context, section
from bot.model import Content
from bot.watch import Alert, Ended, Panel

NAMED = 3  # services in the first line
FOLDED = 10  # causes in the list of what needs it


def outbreak(members: Sequence[Alert], panel: Panel) -> Content:
    """The message as it is to look now; `members` are two at least, the first one first."""
    still = [one for one in members if one.ended is None]
    return _down(members, still, panel) if still else _closed(members)


def _down(members: Sequence[Alert], still: Sequence[Alert], panel: Panel) -> Content:
    """`DOWN · 12 of 300 checks · shop · production · since 14:02:11`; the buttons act on those that are down."""
    many = words.count(len(members), "check")
    number = many if len(still) == len(members) else f"{len(still):,} of {many}"
    first = f"*DOWN* · {number} · {_targets(members)} · since {words.date(_began(members))}"
    lead = still[0]
    by_host = len(panel.down) == len(still) and panel.hosts > 1  # then the hosts say it all
    named = [] if by_host else [section(f"*Down*  {_names(still)}")]
    blocks = [section(first), section(what(lead, panel)), *named, *folding(panel), section(changed(lead))]
    return content(plain(first), [*blocks, *do(lead, panel)])


def _closed(members: Sequence[Alert]) -> Content:
    first = _last_line(members)
    return content(plain(first), [section(first), context(what(members[0])), context(changed(members[0]))])


def answer(members: Sequence[Alert]) -> Content:
    """The end of all of them, said once in the thread."""
    first = _last_line(members)
    return content(plain(first), [section(first)])


def members(members: Sequence[Alert]) -> Content:
    """The list in the thread, edited as they come up."""
    down = [one for one in members if one.ended is None]
    up = [one for one in members if one.ended]
    first = f"{words.count(len(members), 'check')}: {len(down):,} down, {len(up):,} no longer"
    shown = [section(f"*{title}*  {_names(part, len(part))}") for title, part in (("Down", down), ("Over", up)) if part]
    return content(first, [section(first), *shown])


def folded(above: Sequence[Alert]) -> Content:
    """In the thread of what is beneath them, edited as they come and go."""
    if not above:
        first = "Nothing that needs it is down any more"
        return content(first, [section(first)])
    first = f"{words.count(len(above), 'check')} down that need it, told nowhere else while it is down"
    causes = [f"{words.escape(one.incident.check_id)}: {words.escape(one.incident.cause[:200])}" for one in above]
    return content(first, [section(first), section("\n".join(causes[:FOLDED]))])


def _last_line(members: Sequence[Alert]) -> str:
    began, over = _began(members), max(one.incident.ended_at or _began(members) for one in members)
    left = sum(one.ended is Ended.UNCHECKED for one in members)
    line = (
        f"*UP* · {words.count(len(members), 'check')} · {_targets(members)} · were down {words.duration(over - began)}"
    )
    line += f" ({words.date(began)} – {words.date(over)})"
    gone = f"{left:,} of them left the fleet file meanwhile" if left else ""
    notes = dict.fromkeys(one.note for one in members)
    said = dict.fromkeys(acknowledged(one) for one in members if one.acknowledged_at)
    return " · ".join(filter(None, (line, gone, *notes, *list(said)[:1])))


def _began(members: Sequence[Alert]) -> datetime:
    return min(one.incident.started_at for one in members)


def _targets(members: Sequence[Alert]) -> str:
    names = list(dict.fromkeys(words.escape(str(one.incident.target)) for one in members))
    return words.listing(names, most=NAMED)


def _names(members: Sequence[Alert], most: int = 12) -> str:
    return words.listing([words.escape(one.incident.check_id) for one in members], most=most)
