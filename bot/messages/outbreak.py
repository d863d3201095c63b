"""Several outages that came together: one message with a count, the list in its thread."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages import words
from bot.messages.alert import acknowledged, changed, do, folding, plain, what
from bot.messages.blocks import content, context, section
from bot.messages.members import name, newest
from bot.model import Content
from bot.watch import Alert, Ended, Panel

NAMED = 3  # services in the first line
LISTED = 12  # checks in the message itself
FOLDED = 10  # causes in the list of what needs it


def outbreak(members: Sequence[Alert], panel: Panel) -> Content:
    """The message as it is to look now; `members` are two at least, the first one first."""
    still = [one for one in members if one.ended is None]
    return _down(members, still, panel) if still else _closed(members)


def _down(members: Sequence[Alert], still: Sequence[Alert], panel: Panel) -> Content:
    """`DOWN · 12 of 300 checks · shop · production · since 14:02:11`; the buttons act on those that are down."""
    checks = newest(members)
    many = words.count(len(checks), "check")
    number = many if len(still) == len(checks) else f"{len(still):,} of {many}"
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


def folded(above: Sequence[Alert]) -> Content:
    """In the thread of what is beneath them, edited as they come and go."""
    if not above:
        first = "Nothing that needs it is down any more"
        return content(first, [section(first)])
    first = f"{words.count(len(above), 'check')} down that need it, told nowhere else while it is down"
    causes = [f"{name(one)}: {words.escape(one.incident.cause[:200])}" for one in above[:FOLDED]]
    more = [f"… and {words.count(len(above) - FOLDED, 'more check')}"] if len(above) > FOLDED else []
    return content(first, [section(first), section("\n".join([*causes, *more]))])


def unfolded() -> Content:
    """The same once what is beneath them is over."""
    first = "What was down with it and still fails is told by itself from now on"
    return content(first, [section(first)])


def _last_line(members: Sequence[Alert]) -> str:
    began, over = _began(members), max(one.incident.ended_at or _began(members) for one in members)
    checks = newest(members)
    line = f"*{_state(checks)}* · {words.count(len(checks), 'check')} · {_targets(members)}"
    line += f" · were down {words.duration(over - began)} ({words.date(began)} – {words.date(over)})"
    notes = dict.fromkeys(one.note for one in members)
    said = dict.fromkeys(acknowledged(one) for one in members if one.acknowledged_at)
    return " · ".join(filter(None, (line, _unknown(checks), *notes, *list(said)[:1])))


def _state(checks: Sequence[Alert]) -> str:
    """Of checks that are over. Only what was seen to be up is called so."""
    if any(one.ended is Ended.UP for one in checks):
        return "UP"
    return "CLOSED" if all(one.ended is Ended.CLOSED for one in checks) else "NO LONGER CHECKED"


def _unknown(checks: Sequence[Alert]) -> str:
    """`2 of them left the fleet file meanwhile; whether they are up is not known`"""
    ways = {Ended.UNCHECKED: "left the fleet file meanwhile", Ended.CLOSED: "ended by hand"}
    found = {how: sum(one.ended is how for one in checks) for how in ways}
    if not any(found.values()):
        return ""
    said = " and ".join(f"{number:,} of them {ways[how]}" for how, number in found.items() if number)
    return f"{said}; whether {'that one is' if sum(found.values()) == 1 else 'they are'} up is not known"


def _began(members: Sequence[Alert]) -> datetime:
    return min(one.incident.started_at for one in members)


def _targets(members: Sequence[Alert]) -> str:
    names = list(dict.fromkeys(words.escape(str(one.incident.target)) for one in members))
    return words.listing(names, most=NAMED)


def _names(members: Sequence[Alert]) -> str:
    return words.listing([name(one) for one in members], most=LISTED)
