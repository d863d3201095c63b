"""An outage: one message that says what was seen, what changed last and what to do; edited to its closed form."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.messages import words
from bot.messages.blocks import Block, content, context, section
from bot.messages.remedies import rows
from bot.model import Action, Content
from bot.remedies import Kind
from bot.watch import NOTHING, Alert, Ended, Panel, Sighting, Silence

SHOWN_CAUSE = 400  # characters
NAMED = 8  # hosts


def alert(facts: Alert, panel: Panel = NOTHING) -> Content:
    """The message as it is to look now: open or closed."""
    return closed(facts) if facts.ended else down(facts, panel)


def down(facts: Alert, panel: Panel) -> Content:
    """`DOWN · shop · production · since 14:02:11`, and below it What, Changed and Do."""
    first = f"{titled('DOWN', facts)} · since {words.date(facts.incident.started_at)}"
    blocks = [section(first), section(what(facts, panel)), *folding(panel), section(changed(facts)), *do(facts, panel)]
    return content(f"{plain(first)} · {_cause(facts)}", blocks)


def folding(panel: Panel) -> list[Block]:
    """What needs it, and is down with it."""
    names = words.listing([words.escape(name) for name in panel.folded], most=NAMED)
    return [section(f"*With it*  {names}")] if names else []


def closed(facts: Alert) -> Content:
    """`UP · shop · production · was down 6 min 12 s (14:02:11 – 14:08:23) · rolled back by …`, and what it was."""
    first = _last_line(facts)
    blocks = [section(first), context(what(facts)), context(changed(facts))]
    return content(plain(first), blocks)


def answer(facts: Alert) -> Content:
    """The end, said once in the thread."""
    first = _last_line(facts)
    return content(plain(first), [section(first)])


def _last_line(facts: Alert) -> str:
    incident = facts.incident
    ended = incident.ended_at or incident.started_at
    lasted = words.duration(ended - incident.started_at)
    span = f"{words.date(incident.started_at)} – {words.date(ended)}"
    if facts.ended is Ended.UNCHECKED:
        line = f"{titled('NO LONGER CHECKED', facts)} · was down for {lasted} ({span})"
        line += " when its check left the fleet file; whether it is up is not known"
    elif facts.ended is Ended.CLOSED:
        line = f"{titled('CLOSED', facts)} · was open for {lasted} ({span}); whether it is over is not known"
    else:
        line = f"{titled('UP', facts)} · was down {lasted} ({span})"
    return " · ".join(filter(None, (line, facts.note, acknowledged(facts))))


def reminder(facts: Alert, owners: Sequence[str], groups: Mapping[str, str], now: datetime, others: int = 0) -> Content:
    """In the thread, `STILL DOWN · shop · production · for 62 min · nobody has acknowledged it`, to the owners.

    `groups` maps handles to group ids; `others` are down with it, told in the same message.
    """
    told = words.listing([words.mention(who, groups) for who in owners], most=20)
    lasts = words.duration(now - facts.incident.started_at)
    more = f" and {words.count(others, 'more check')}" if others else ""
    line = f"{titled('STILL DOWN', facts)}{more} · for {lasts} · nobody has acknowledged it"
    first = f"{line} · {told}" if told else line
    how = f"Whoever takes care of it presses *Acknowledge* above, or types `/status ack {facts.incident.id}`."
    return content(plain(first), [section(first), context(how)])


def acknowledged_message(facts: Alert) -> Content:
    """What whoever acknowledged it sees."""
    line = f"{titled('DOWN', facts)} · you take care of it, and the alert says so. Nobody is reminded any more."
    return content(plain(line), [section(line)])


def acknowledged(facts: Alert) -> str:
    """`acknowledged by @ana after 40 s`, counted from when people were told."""
    if facts.acknowledged_at is None:
        return ""
    after = words.duration(facts.acknowledged_at - (facts.told_at or facts.incident.started_at))
    return f"acknowledged by {words.user(facts.acknowledged_by)} after {after}"


def titled(state: str, facts: Alert) -> str:
    """`*DOWN* · shop · production`, with the host of a check per host."""
    host = f" · {words.escape(facts.incident.host)}" if facts.incident.host else ""
    return f"*{state}* · {words.escape(str(facts.incident.target))}{host}"


def what(facts: Alert, panel: Panel = NOTHING) -> str:
    """What was seen, on which of its hosts while they are down, and how often in a row."""
    seen = facts.sighting
    if seen.source:
        return f"*What*  {_teller(seen)}: {words.escape(seen.asked)}: {_cause(facts)}"
    row = words.count(seen.streak, "check") + (" in a row" if seen.streak > 1 else "")
    joint = "" if _cause(facts).startswith("answered") else ":"
    hosts = f" · {_of_hosts(panel)}" if panel.down and panel.hosts > 1 else ""
    return f"*What*  {words.escape(seen.asked)}{joint} {_cause(facts)}{hosts} · {row}"


def _of_hosts(panel: Panel) -> str:
    """`3 of 4 hosts (web2, web3, web4)`"""
    names = words.listing([words.escape(host) for host in panel.down], most=NAMED)
    return f"{len(panel.down):,} of {words.count(panel.hosts, 'host')} ({names})"


def _teller(seen: Sighting) -> str:
    """Who else says so, with where it can be seen there."""
    name = words.escape(seen.source)
    return f"<{words.escape(seen.link)}|{name}>" if seen.link else name


def closing_words(facts: Alert) -> str:
    """What to do about a sender that never says that it is over."""
    number, source = facts.incident.id, words.escape(facts.sighting.source)
    return f'{source} says when it is over; if it does not: `/status close {number} "REASON"`'


def _cause(facts: Alert) -> str:
    cause = facts.incident.cause
    return words.escape(cause if len(cause) <= SHOWN_CAUSE else cause[: SHOWN_CAUSE - 1] + "…")


def changed(facts: Alert) -> str:
    """What was done last, and below it what else was done shortly before."""
    last, first = facts.sighting.changed, facts.incident.started_at
    if last is None:
        return "*Changed*  nothing that Pointsman did here is known"
    lines = [f"*Changed*  {last.text} {_before(last.at, first)} the first failure"]
    lines += [f"*Also*  {text} {_before(at, first)} it" for text, at in last.besides]
    return "\n".join(lines)


def _before(at: datetime, first: datetime) -> str:
    apart = words.duration(abs(first - at))
    return f"{apart} {'before' if at <= first else 'after'}"


def do(facts: Alert, panel: Panel) -> Iterator[Block]:
    """What was asked for already and who takes care of it, then the buttons that apply."""
    if facts.note:
        yield context(facts.note)
    if facts.acknowledged_at:
        yield context(f"Incident {facts.incident.id} · {acknowledged(facts)}")
    else:
        yield context(f"Incident {facts.incident.id} · nobody has acknowledged it: `/status ack {facts.incident.id}`")
    if facts.sighting.source:
        yield context(closing_words(facts))
    if panel.silence:
        yield context(silenced(panel.silence))
    if facts.offering and facts.sighting.action is Action.ROLLBACK and not _goes_back(panel):
        yield section("*Do*  no release to go back to is known: deploy one that works")
    yield from rows(facts, panel)


def _goes_back(panel: Panel) -> bool:
    return any(offer.kind is Kind.ROLLBACK for offer in panel.offers)


def silenced(silence: Silence) -> str:
    """`🔇 shop in production is silenced by @ana until 15:02: what happens meanwhile is told then`"""
    until = words.date(silence.until, "{time}")
    name, who = words.escape(str(silence)), words.user(silence.by)
    return f":mute: {name} is silenced by {who} until {until}: what is still down then is told then"


def plain(mrkdwn: str) -> str:
    """For the fallback text, which is shown in notifications: no bold."""
    return mrkdwn.replace("*", "")
