"""How many hosts a service shall have now, and why not more or fewer. Pure: facts, policy and `now` in, a value out."""

import math
from datetime import datetime, timedelta

from bot.fleet.scale import Pace, Scale
from bot.plan.bounds import Bounds, bounds
from bot.plan.load import Wanted, seen, wanted
from bot.scaling import Capacity, Decision, Rule, Why

AGAIN, LATEST = timedelta(minutes=5), timedelta(minutes=20)
"""After so long what the cloud refused is asked for again: each time twice as long after, up to the latest."""


def decide(capacity: Capacity, policy: Scale, now: datetime) -> Decision:
    """What the rules want goes through the limits, the window of stabilisation, the guards and the pace, in this order.

    Below the least or above the most the number is brought back whatever the CPU says. Without data nothing else is
    done, and nothing is ever taken away.
    """
    limits, found = bounds(policy, now), seen(capacity, policy, now)
    here = capacity.desired
    if capacity.held_until is not None and now < capacity.held_until:
        return _decision(capacity, here, Wanted(here, Rule.TRACKING), Why.HELD, limits, policy, now)
    wish = wanted(capacity, policy, now)
    if here < limits.least:
        wish = _more(wish, Wanted(limits.least, Rule.FLOOR))
    elif here > limits.most:
        wish = Wanted(limits.most, Rule.CEILING)
    if wish is None:
        return _decision(capacity, here, Wanted(here, Rule.TRACKING), Why.NO_DATA, limits, policy, now)
    steady, why = _steadied(capacity, policy, wish.hosts, now)
    inside = limits.clamp(steady)
    if inside != steady and why is Why.DONE:
        why = Why.MOST if steady > inside else Why.LEAST
    if inside > here and _refused(capacity, True, now):
        return _decision(capacity, here, wish, Why.REFUSED, limits, policy, now)
    if inside > here:
        after, paced = _paced(capacity, policy.out, inside, now)
        return _decision(capacity, after, wish, paced or why, limits, policy, now)
    if inside < here:
        after, paced = _shrunk(capacity, policy, inside, found.warming, now)
        return _decision(capacity, after, wish, paced or why, limits, policy, now)
    return _decision(capacity, here, wish, Why.ENOUGH if wish.hosts == here else why, limits, policy, now)


def _more(wish: Wanted | None, floor: Wanted) -> Wanted:
    return wish if wish is not None and wish.hosts > floor.hosts else floor


def _decision(
    capacity: Capacity, after: int, wish: Wanted, why: Why, limits: Bounds, policy: Scale, now: datetime
) -> Decision:
    found = seen(capacity, policy, now)
    return Decision(capacity.desired, after, wish.hosts, wish.rule, why, found, limits.least, limits.most)


def _steadied(capacity: Capacity, policy: Scale, wish: int, now: datetime) -> tuple[int, Why]:
    """Inwards the most that was wanted within the window counts, outwards the least: nothing flaps."""
    here = capacity.desired
    if wish > here and policy.out.after:
        kept = min([wish, *_lately(capacity, policy.out, now)])
        return max(here, kept), Why.STEADYING if kept < wish else Why.DONE
    if wish < here:
        kept = max([wish, *_lately(capacity, policy.down, now)])
        return min(here, kept), Why.STEADYING if kept > wish else Why.DONE
    return wish, Why.DONE


def _lately(capacity: Capacity, pace: Pace, now: datetime) -> list[int]:
    return [wish.hosts for wish in capacity.wishes if now - pace.after < wish.at <= now]


def _shrunk(capacity: Capacity, policy: Scale, to: int, warming: int, now: datetime) -> tuple[int, Why | None]:
    """As far inwards as the guards let it."""
    here = capacity.desired
    last = capacity.changes[-1].at if capacity.changes else None
    guards = (
        (bool(capacity.deploying), Why.DEPLOYING),
        (bool(capacity.incident), Why.INCIDENT),
        (warming > 0, Why.WARMING),
        (last is not None and now - last < policy.cooldown, Why.COOLING),
        (_refused(capacity, False, now), Why.REFUSED),
    )
    held = next((why for closed, why in guards if closed), None)
    if held:
        return here, held
    spared = _spared(capacity)
    after, paced = _paced(capacity, policy.down, max(to, spared), now)
    return after, paced or (Why.ONLY_HOST if spared > to else None)


def _refused(capacity: Capacity, out: bool, now: datetime) -> bool:
    """Whether the cloud refused a change this way, and it is too early to ask again."""
    alike = [one for one in capacity.failures if (one.after > one.before) is out]
    return bool(alike) and now - alike[-1].at < min(AGAIN * 2 ** (len(alike) - 1), LATEST)


def _spared(capacity: Capacity) -> int:
    """As many hosts as there are releases: none of them loses its only host."""
    releases = {load.release for load in capacity.loads if load.release}
    return len(releases) if len(releases) > 1 else 0


def _paced(capacity: Capacity, pace: Pace, to: int, now: datetime) -> tuple[int, Why | None]:
    """As far as `at_most` of the span leaves room for; what was changed that way within it is counted."""
    here, out = capacity.desired, to > capacity.desired
    lately = [one for one in capacity.changes if now - one.at < pace.every and (one.after > one.before) is out]
    base = lately[0].before if lately else here
    most = _hosts(pace.at_most, base)
    done = sum(abs(one.after - one.before) for one in lately)
    step = min(abs(to - here), max(0, most - done))
    after = here + step if out else here - step
    return after, Why.LIMIT if after != to else None


def _hosts(amount: int | str, base: int) -> int:
    """A share is rounded up: one host may always be changed."""
    return amount if isinstance(amount, int) else max(1, math.ceil(base * int(amount.rstrip("%")) / 100))
