"""An outage: one message that says what was seen, what changed last and what to do; edited to its closed form."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.messages import words
from bot.messages.blocks import Block, actions, button, confirm, content, context, section
from bot.model import Action, Content, Target
from bot.watch import Alert, Ended

ROLLBACK, RESTART, RUNBOOK = "incident.rollback", "incident.restart", "incident.runbook"
ACKNOWLEDGE = "incident.acknowledge"
SHOWN_CAUSE = 400  # characters


def alert(facts: Alert) -> Content:
    """The message as it is to look now: open or closed."""
    return closed(facts) if facts.ended else down(facts)


def down(facts: Alert) -> Content:
    """`DOWN · shop · production · since 14:02:11`, and below it What, Changed and Do."""
    first = f"{_name('DOWN', facts)} · since {words.date(facts.incident.started_at)}"
    blocks = [section(first), section(what(facts)), section(changed(facts)), *do(facts)]
    return content(f"{plain(first)} · {_cause(facts)}", blocks)


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
        line = f"{_name('NO LONGER CHECKED', facts)} · was down for {lasted} ({span})"
        line += " when its check left the fleet file; whether it is up is not known"
    else:
        line = f"{_name('UP', facts)} · was down {lasted} ({span})"
    return " · ".join(filter(None, (line, facts.note, acknowledged(facts))))


def reminder(facts: Alert, owners: Sequence[str], groups: Mapping[str, str], now: datetime) -> Content:
    """In the thread, `STILL DOWN · shop · production · for 62 min · nobody has acknowledged it`, to the owners.

    `groups` maps handles to group ids.
    """
    told = words.listing([words.mention(who, groups) for who in owners], most=20)
    lasts = words.duration(now - facts.incident.started_at)
    line = f"{_name('STILL DOWN', facts)} · for {lasts} · nobody has acknowledged it"
    first = f"{line} · {told}" if told else line
    how = f"Whoever takes care of it presses *Acknowledge* above, or types `/status ack {facts.incident.id}`."
    return content(plain(first), [section(first), context(how)])


def acknowledged_message(facts: Alert) -> Content:
    """What whoever acknowledged it sees."""
    line = f"{_name('DOWN', facts)} · you take care of it, and the alert says so. Nobody is reminded any more."
    return content(plain(line), [section(line)])


def acknowledged(facts: Alert) -> str:
    """`acknowledged by @ana after 40 s`, counted from when people were told."""
    if facts.acknowledged_at is None:
        return ""
    after = words.duration(facts.acknowledged_at - (facts.told_at or facts.incident.started_at))
    return f"acknowledged by {words.user(facts.acknowledged_by)} after {after}"


def _name(state: str, facts: Alert) -> str:
    """`*DOWN* · shop · production`, with the host of a check per host."""
    host = f" · {words.escape(facts.incident.host)}" if facts.incident.host else ""
    return f"*{state}* · {words.escape(str(facts.incident.target))}{host}"


def what(facts: Alert) -> str:
    seen = facts.sighting
    row = words.count(seen.streak, "check") + (" in a row" if seen.streak > 1 else "")
    joint = "" if _cause(facts).startswith("answered") else ":"
    return f"*What*  {words.escape(seen.asked)}{joint} {_cause(facts)} · {row}"


def _cause(facts: Alert) -> str:
    cause = facts.incident.cause
    return words.escape(cause if len(cause) <= SHOWN_CAUSE else cause[: SHOWN_CAUSE - 1] + "…")


def changed(facts: Alert) -> str:
    """What was done last, and below it what else was done shortly before."""
    last, first = facts.sighting.changed, facts.incident.started_at
    if last is None:
        return "*Changed*  nothing that Pointsman did here is known"
    lines = [f"*Changed*  {last.text} {_before(last.at, first)} the first failure"]
    lines += [f"besides, {text} {_before(at, first)} it" for text, at in last.besides]
    return "\n".join(lines)


def _before(at: datetime, first: datetime) -> str:
    apart = words.duration(abs(first - at))
    return f"{apart} {'before' if at <= first else 'after'}"


def do(facts: Alert, hosts: int | None = 1) -> Iterator[Block]:
    """What was asked for already, then the buttons that apply; a restart is for so many hosts, None: for every one."""
    if facts.note:
        yield context(facts.note)
    if facts.acknowledged_at:
        yield context(f"Incident {facts.incident.id} · {acknowledged(facts)}")
    else:
        yield context(f"Incident {facts.incident.id} · nobody has acknowledged it: `/status ack {facts.incident.id}`")
    acts, runbook = list(_acts(facts, hosts)), list(_runbook(facts))
    if facts.offering and not acts and not runbook:
        yield section("*Do*  no release to go back to is known: deploy one that works")
    if not facts.acknowledged_at:
        acts.append(button("Acknowledge", ACKNOWLEDGE, str(facts.incident.id)))
    if acts or runbook:
        yield actions(*acts, *runbook)


def _acts(facts: Alert, hosts: int | None) -> Iterator[Block]:
    seen = facts.sighting
    if facts.offering and seen.action is Action.ROLLBACK and seen.changed and seen.changed.rollback_to:
        yield _rollback(facts, str(seen.changed.rollback_to))
    if facts.offering and seen.action is Action.RESTART:
        yield _restart(facts, hosts)


def _runbook(facts: Alert) -> Iterator[Block]:
    if facts.sighting.runbook:
        yield button("Runbook", RUNBOOK, str(facts.incident.id), url=facts.sighting.runbook)


def _rollback(facts: Alert, release: str) -> Block:
    target = facts.incident.target
    question = confirm(
        f"Roll back {_words(target)}?",
        f"Brings {words.escape(release)} back to every host, in batches and with health checks.",
        "Roll back",
        "danger",
    )
    return button(f"Roll back to {release}", ROLLBACK, str(facts.incident.id), "danger", question)


def _restart(facts: Alert, hosts: int | None) -> Block:
    target, host = facts.incident.target, facts.incident.host
    several = words.count(hosts, "host") if hosts and hosts > 1 else ""
    where = (several or host or "every host") if hosts else "every host"
    question = confirm(
        f"Restart {_words(target)}?",
        f"Runs the restart step of {words.escape(target.service)} on {words.escape(where)} now.",
        "Restart",
        "danger",
    )
    label = f"Restart on {where}" if where != "every host" else f"Restart {target.service}"
    return button(label, RESTART, str(facts.incident.id), None, question)


def _words(target: Target) -> str:
    return f"{target.service} in {target.environment}"


def plain(mrkdwn: str) -> str:
    """For the fallback text, which is shown in notifications: no bold."""
    return mrkdwn.replace("*", "")
