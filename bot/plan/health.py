"""When a check is up or down: a result and what was known before in, the new state and perhaps a flip out. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Blind, Health, Probe
from bot.watch import CheckState, Flip, Outage

STALE_FLOOR = timedelta(minutes=1)
STALE_ROUNDS = 3


def judge(
    state: CheckState, probe: Probe, at: datetime, down_after: int, up_after: int, gap: timedelta | None = None
) -> tuple[CheckState, Flip | None]:
    """The state after a result that was asked for at `at`, and the flip that it settles.

    DOWN after `down_after` failures in a row, or one that is sure, UP again after `up_after` good results; both date
    from the first of their streak. What was never known to be down comes up in silence, at its first good result. A
    streak does not reach over a silence longer than `gap`: while nobody looked, nothing was seen.
    """
    if probe.blind:
        return _unseen(state, probe, at), None
    streak, since = _streak(state, probe, at, gap)
    after = CheckState(  # not by `replace`: this is done for every result, and costs a third
        first_seen_at=state.first_seen_at,
        health=state.health,
        since=state.since,
        ok=probe.ok,
        streak=streak,
        streak_since=since,
        checked_at=at,
        latency=probe.latency,
        status=probe.status,
        cause=probe.cause,
        past=state.past,
        flapping_since=state.flapping_since,
        phases=probe.phases,
    )
    if not probe.ok and state.health is not Health.DOWN and (probe.sure or streak >= down_after):
        return replace(after, health=Health.DOWN, since=since), Flip(Health.DOWN, since)
    if probe.ok and state.health is Health.DOWN and streak >= up_after:
        return replace(after, health=Health.UP, since=since), Flip(Health.UP, since)
    if probe.ok and state.health is Health.UNKNOWN:
        return replace(after, health=Health.UP, since=since), None
    return after, None


def _unseen(state: CheckState, probe: Probe, at: datetime) -> CheckState:
    """No data is no success: what is down stays down. What was up is not known to be so any more."""
    if probe.blind is Blind.KEEP:
        return replace(state, checked_at=at)
    health, since = (state.health, state.since) if state.health is Health.DOWN else (Health.UNKNOWN, None)
    unseen = replace(state, health=health, since=since, ok=None, streak=0, streak_since=None)
    return replace(unseen, checked_at=at, latency=0.0, status=None, cause=probe.cause, phases=None)


def _streak(state: CheckState, probe: Probe, at: datetime, gap: timedelta | None) -> tuple[int, datetime]:
    stale = gap is not None and state.checked_at is not None and at - state.checked_at > gap
    if state.ok is probe.ok and state.streak_since is not None and not stale:
        return state.streak + 1, state.streak_since
    return 1, at


def longest_gap(every: timedelta, timeout: timedelta) -> timedelta:
    """How far apart two results of a check may be and still count as "in a row": three rounds, a minute at least."""
    return max(STALE_ROUNDS * max(every, timeout), STALE_FLOOR)


def uptime(
    first_seen: Mapping[str, datetime], outages: Iterable[Outage], since: datetime, now: datetime
) -> float | None:
    """The mean over the checks of 1 − down/observed between `since` and `now`; None when nothing was observed.

    A mean, not a union: one of four hosts down for the whole day is 75 %, and no answer at all is 0 %.
    """
    observed = {check: now - max(seen, since) for check, seen in first_seen.items() if now > max(seen, since)}
    if not observed:
        return None
    down = downtime(first_seen, outages, since, now)
    shares = [1 - down.get(check, timedelta()) / span for check, span in observed.items()]
    return min(1.0, max(0.0, sum(shares) / len(shares)))


def downtime(
    first_seen: Mapping[str, datetime], outages: Iterable[Outage], since: datetime, now: datetime
) -> dict[str, timedelta]:
    """How long each of these checks was down between `since` (or when it was first seen) and `now`."""
    total: dict[str, timedelta] = {}
    for outage in outages:
        if outage.check_id in first_seen:
            begun = max(outage.started_at, since, first_seen[outage.check_id])
            ended = min(outage.ended_at or now, now)
            if ended > begun:
                total[outage.check_id] = total.get(outage.check_id, timedelta()) + (ended - begun)
    return total
