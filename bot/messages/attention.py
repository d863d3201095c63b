"""What of the whole fleet wants somebody, the worst first: a line for each, and how to go on from there."""

from collections.abc import Iterator, Sequence

from bot.messages.blind import blind_words
from bot.messages.blocks import Block, section
from bot.messages.words import count, duration, escape, listing
from bot.messages.worst import flapping, troubled, worst_first
from bot.model import Health
from bot.standing import Overview, TargetView
from bot.watch import Blindness

MOST = 5  # lines of a kind
CAUSE = 120  # characters
NAMED = 5  # services in a line
MARKS = {Health.UP: "●", Health.DOWN: "▲", Health.UNKNOWN: "○"}


def attention(seen: Overview) -> list[Block]:
    """None where all is well."""
    views = [view for row in worst_first(seen.rows, seen.environments) for view in row]
    lines = [*_down(views, seen), *_flapping(views, seen), *_drift(views), *_unknown(views)]
    blind = [section(blind_line(seen.blind))] if seen.blind else []
    return [*blind, *([section("\n".join(lines))] if lines else [])]


def blind_line(blind: Blindness) -> str:
    """Above everything else that is said of checks."""
    return f":warning: *{blind_words(blind.since, blind.cause)}*: what follows is as I saw it last."


def legend(seen: Overview) -> str:
    """Of the marks that are there, and how to see more."""
    views = [view for row in seen.rows for view in row]
    marks = [f"{MARKS[health]} {word}" for health, word in _healths(views)]
    marks += ["◐ deploying"] if any(view.deploying for view in views) else []
    marks += ["🔒 locked"] if any(view.hold.lock for view in views) else []
    marks += ["❄ frozen"] if any(view.hold.frozen for view in views) else []
    marks += ["≠ hosts on another release"] if any(view.drifted for view in views) else []
    return f"{' · '.join(marks)} · `/status SERVICE` shows one closely"


def _healths(views: Sequence[TargetView]) -> Iterator[tuple[Health, str]]:
    found = {view.vitals.health for view in views}
    words = {Health.UP: "up", Health.DOWN: "down", Health.UNKNOWN: "not known"}
    return ((health, word) for health, word in words.items() if health in found)


def _down(views: Sequence[TargetView], seen: Overview) -> Iterator[str]:
    down = [view for view in views if troubled(view)]
    for view in down[:MOST]:
        yield f"{_place(view, MARKS[view.vitals.health])} · {_since(view, seen)} · {_closely(view)}"
    if down:
        more = f"and {count(len(down) - MOST, 'more place')} · " if len(down) > MOST else ""
        yield f"{more}`/status incidents` says who takes care of what, and what was done"


def _since(view: TargetView, seen: Overview) -> str:
    """`down for 6 min: answered 503 in 41 ms (and 2 more incidents)`"""
    incidents = sorted(view.vitals.incidents, key=lambda one: one.started_at)
    failing = [check for check in view.vitals.checks if check.state.health is Health.DOWN]
    if not incidents:
        return f"down: {_short(failing[0].state.cause)}" if failing[0].state.cause else "down"
    more = f" (and {count(len(incidents) - 1, 'more incident')})" if len(incidents) > 1 else ""
    what = "down" if failing else "its own checks are well, but an incident is open"
    return f"{what} for {duration(seen.now - incidents[0].started_at)}: {_short(incidents[0].cause)}{more}"


def _flapping(views: Sequence[TargetView], seen: Overview) -> Iterator[str]:
    found = [view for view in views if flapping(view)]
    for view in found[:MOST]:
        lasts = duration(seen.now - min(flapping(view)))
        checks = f"`/status checks {escape(view.target.service)}`"
        yield f"{_place(view, '〰')} · goes up and down, for {lasts} · {checks}"
    if len(found) > MOST:
        yield f"and {count(len(found) - MOST, 'more place')} that goes up and down"


def _drift(views: Sequence[TargetView]) -> Iterator[str]:
    found = [view for view in views if view.drifted]
    for view in found[:MOST]:
        hosts = listing([host.name for host in view.drifted], NAMED)
        runs = listing(list(dict.fromkeys(escape(host.release.name) for host in view.drifted if host.release)), NAMED)
        stands = escape(view.release.name) if view.release else "what stands there"
        yield f"{_place(view, '≠')} · {runs} on {hosts} instead of {stands} · {_closely(view)}"
    if len(found) > MOST:
        yield f"and {count(len(found) - MOST, 'more place')} with hosts on another release"


def _unknown(views: Sequence[TargetView]) -> Iterator[str]:
    unknown = [view for view in views if view.vitals.health is Health.UNKNOWN]
    bare, unasked = [one for one in unknown if not one.vitals.checks], [one for one in unknown if one.vitals.checks]
    if unasked:
        yield f"○ not known: {_names(unasked)} · `/status checks {escape(unasked[0].target.service)}` says why"
    if bare:
        yield f"○ without a check, so nobody is told when it fails: {_names(bare)} · add `checks` in the fleet file"


def _names(views: Sequence[TargetView]) -> str:
    return listing([f"{escape(one.target.service)} in {escape(one.target.environment)}" for one in views], NAMED)


def _place(view: TargetView, mark: str) -> str:
    return f"{mark} *{escape(view.target.service)}* · {escape(view.target.environment)}"


def _closely(view: TargetView) -> str:
    return f"`/status {escape(view.target.service)}`"


def _short(cause: str) -> str:
    return escape(cause if len(cause) <= CAUSE else cause[: CAUSE - 1] + "…")
