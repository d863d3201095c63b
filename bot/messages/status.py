"""How services stand: the table of all, worst first, and one of them closely."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.holds import Hold
from bot.messages.attention import MARKS, attention, blind_line, legend
from bot.messages.blocks import Block, content, context, divider, section, table
from bot.messages.capacity import busy_cell, capacity_lines, healthy_words
from bot.messages.freezes import frozen_words
from bot.messages.history import deploys_table
from bot.messages.locks import lock_words
from bot.messages.words import age, count, date, duration, escape, listing, percent, user
from bot.messages.worst import worst_first
from bot.model import Content, Health, Incident
from bot.standing import HostNow, Overview, ServiceView, TargetView
from bot.watch import CheckView

RECENT = 5
BARE, UNKNOWN = "without checks", "not known"
MOST = 20  # lines of hosts or checks


def overview_message(seen: Overview) -> Content:
    line = summary(seen)
    return content(line, [section(f"*{line}*"), *attention(seen), overview_table(seen), context(legend(seen))])


def summary(seen: Overview) -> str:
    return f"I cannot see now · {_counted(seen)}" if seen.blind else _counted(seen)


def _counted(seen: Overview) -> str:
    views = [view for row in seen.rows for view in row]
    down = [
        f"{view.target.service} in {view.target.environment}" for view in views if view.vitals.health is Health.DOWN
    ]
    if down:
        return f"{len(down)} of {count(len(views), 'deployment')} down: {listing(down)}"
    unseen = [_unseen(view) for view in views if view.vitals.health is Health.UNKNOWN]
    total = count(len(views), "deployment")
    rest = [f"{unseen.count(words)} of {total} {words}" for words in (BARE, UNKNOWN) if words in unseen]
    return ", ".join([count(len(seen.rows), "service"), "none down", *rest])


def _unseen(view: TargetView) -> str:
    """Why nothing is known of its health."""
    return UNKNOWN if view.vitals.checks else BARE


def overview_table(seen: Overview) -> Block:
    """CPU has a column as soon as it was read anywhere."""
    busy = any(view.cpu and view.cpu.last for row in seen.rows for view in row)
    header = ["service", *seen.environments, *(["CPU"] if busy else []), "24 h", "last deploy", "incidents"]
    return table(header, [_row(row, seen, busy) for row in worst_first(seen.rows, seen.environments)])


def _row(row: Sequence[TargetView], seen: Overview, busy: bool) -> list[str]:
    by_environment = {view.target.environment: view for view in row}
    cells = [_cell(by_environment.get(environment)) for environment in seen.environments]
    shares = [view.vitals.uptime for view in row if view.vitals.uptime is not None]
    deploys = [view.last for view in row if view.last]
    last = max(deploys, key=lambda deploy: deploy.created_at, default=None)
    incidents = sum(len(view.vitals.incidents) for view in row)
    return [
        row[0].target.service,
        *cells,
        *([busy_cell(row, seen.now)] if busy else []),
        percent(min(shares)) if shares else "–",
        age(seen.now - last.created_at) if last else "never",
        count(incidents, "incident") if incidents else "–",
    ]


def _cell(view: TargetView | None) -> str:
    """`● 1.4.2 4/4`, with a lock or a snowflake before it."""
    if view is None:
        return "–"
    release = view.release.name if view.release else "nothing yet"
    lock = "🔒 " if view.hold.lock else ""
    cold = "❄ " if view.hold.frozen else ""
    drift = f" ≠ {len(view.drifted)}" if view.drifted else ""
    deploying = " ◐" if view.deploying else ""
    return f"{lock}{cold}{MARKS[view.vitals.health]} {release} {healthy_words(view)}{deploying}{drift}"


def service_message(view: ServiceView) -> Content:
    blind = "I cannot see now · " if view.blind else ""
    line = f"{blind}{escape(view.service)}: {_state_words(view.targets)}"
    blocks = [section(f"*{line}*"), *([section(blind_line(view.blind))] if view.blind else [])]
    for target in view.targets:
        blocks += _target_blocks(target, view)
    if view.deploys:
        blocks += [divider(), section("*Recent deploys*"), deploys_table(view.deploys[:RECENT], view.now)]
    if view.runbook:
        blocks.append(context(f"<{view.runbook}|Runbook>"))
    return content(line, blocks)


def _state_words(targets: Sequence[TargetView]) -> str:
    """`down in production, up in staging`."""
    words = {Health.DOWN: "down", Health.UP: "up"}
    states = [(words.get(view.vitals.health) or _unseen(view), view.target.environment) for view in targets]
    found = {word: [place for state, place in states if state == word] for word in ("down", "up", UNKNOWN, BARE)}
    return ", ".join(f"{word} in {listing(places)}" for word, places in found.items() if places)


def _target_blocks(target: TargetView, view: ServiceView) -> list[Block]:
    vitals, last = target.vitals, target.last
    release = escape(target.release.name) if target.release else "nothing deployed yet"
    uptime = f" · {percent(vitals.uptime)} up in 24 h" if vitals.uptime is not None else ""
    deployed = f" · last deploy {age(view.now - last.created_at)} by {user(last.requester)}" if last else ""
    parts = [section(f"{MARKS[vitals.health]} *{target.target.environment}* · {release}{uptime}{deployed}")]
    parts += [section(words) for words in _hold(target.hold, view.now)]
    if target.drifted:
        parts.append(section(_drift_words(target)))
    if lines := capacity_lines(target, view.now):
        parts.append(section("\n".join(lines)))
    parts += _incidents(vitals.incidents, view.now)
    rows = [_host(host, host in target.drifted) for host in _worst(target)[:MOST]]
    parts.append(context("\n".join(rows) + _more(target.hosts, "host")))
    if vitals.checks:
        checks = sorted(vitals.checks, key=lambda check: check.state.health is not Health.DOWN)
        parts.append(context("\n".join(_check(check) for check in checks[:MOST]) + _more(checks, "check")))
    return parts


def _hold(hold: Hold, now: datetime) -> list[str]:
    locked = [lock_words(hold.lock, now)] if hold.lock else []
    return [*locked, *([frozen_words(hold.frozen, now)] if hold.frozen else [])]


def _drift_words(view: TargetView) -> str:
    """Who runs something else, and the way out."""
    told = listing([f"{host.name} ({escape(host.release.name)})" for host in view.drifted if host.release])
    standing, where = view.release.ref if view.release else "", view.target
    names = ",".join(host.name for host in view.drifted)
    again = f"`/deploy {where.service}@{escape(standing)} to {where.environment}/{names}`"
    return f":warning: Drift: {told} instead of {escape(standing)}. {again} brings them along."


def _more(things: Sequence[object], noun: str) -> str:
    return f"\nand {count(len(things) - MOST, f'more {noun}')}" if len(things) > MOST else ""


def _worst(target: TargetView) -> list[HostNow]:
    """Those that are down, then those on another release: a long list is cut behind them."""
    return sorted(target.hosts, key=lambda host: (host.health is not Health.DOWN, host not in target.drifted))


def _incidents(found: Sequence[Incident], now: datetime) -> list[Block]:
    if not found:
        return []
    more = f"and {count(len(found) - RECENT, 'more incident')} · " if len(found) > RECENT else ""
    how = context(f"{more}`/status incidents` says who takes care of what; `/status ack {found[0].id}`: you do")
    return [*(section(_incident(incident, now)) for incident in found[:RECENT]), how]


def _incident(incident: Incident, now: datetime) -> str:
    where = f" on {incident.host}" if incident.host else ""
    since = f"since {date(incident.started_at)} ({age(now - incident.started_at)})"
    return f":red_circle: DOWN{where} {since}: {escape(incident.cause)} · incident {incident.id}"


def _host(host: HostNow, drifted: bool) -> str:
    release = escape(host.release.name) if host.release else "not known yet"
    return f"{MARKS[host.health]} {host.name} · {release}{' · *drift*: not the release that stands here' * drifted}"


def _check(check: CheckView) -> str:
    """Latency and cause are of the last answer."""
    state = check.state
    if state.checked_at is None:
        return f"{MARKS[state.health]} {escape(check.asked)} · not asked yet"
    seen = (
        f"{escape(state.cause)}" if state.cause else f"{state.status} in {duration(timedelta(seconds=state.latency))}"
    )
    return f"{MARKS[state.health]} {escape(check.asked)} · {state.health} · {seen}"
