"""How many hosts the rules want for the load that is seen. Pure.

The arithmetic is that of Kubernetes' HPA: wanted = ceil(hosts × CPU / target), nothing within the tolerance, a missing
number counted against the change that it would allow. With a mean that is its very formula; a median or a maximum
stands for every host that told its number.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from bot.fleet.scale import Scale
from bot.scaling import Capacity, Load, Rule, Seen

COMBINED: dict[str, Callable[[Sequence[float]], float]] = {"median": median, "mean": fmean, "max": max}
NEARLY = 1e-9  # 3 × 60 / 60 must not become 4 by a rounding


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many hosts, and which rule says so."""

    hosts: int
    rule: Rule


def warm(loads: Sequence[Load], policy: Scale, now: datetime) -> list[Load]:
    """Those that are old enough for their CPU to say something."""
    return [load for load in loads if load.up_since + policy.warm_up <= now]


def seen(capacity: Capacity, policy: Scale, now: datetime) -> Seen:
    """The combined CPU of the warm hosts, and whose number is not in it."""
    old = warm(capacity.loads, policy, now)
    told = [load.cpu for load in old if load.cpu is not None]
    young = max(capacity.desired, len(capacity.loads)) - len(old)
    hot = sum(cpu > policy.hot.cpu for cpu in told)
    combined = COMBINED[policy.of](told) if told else None
    return Seen(combined, len(told), len(old) - len(told), max(0, young), hot)


def is_lopsided(found: Seen, policy: Scale) -> bool:
    """Whether a busy minority hides behind the combined number."""
    calm = found.cpu is not None and found.cpu <= policy.hot.cpu
    return calm and found.told > 1 and found.hot / found.told > policy.hot.share


def wanted(capacity: Capacity, policy: Scale, now: datetime) -> Wanted | None:
    """None without a single number. More hosts if any rule wants them, fewer only if all that can say so do."""
    found = seen(capacity, policy, now)
    if found.cpu is None:
        return None
    wishes = list(_wishes(capacity, policy, found, now))
    return max(wishes, key=lambda one: one.hosts) if wishes else Wanted(capacity.desired, Rule.TRACKING)


def _wishes(capacity: Capacity, policy: Scale, found: Seen, now: datetime) -> Iterator[Wanted]:
    if policy.target_cpu is not None:
        yield Wanted(_tracked(capacity, policy, policy.target_cpu, now), Rule.TRACKING)
    if policy.steps:
        yield from _stepped(capacity.desired, policy, found.cpu or 0.0)
    if policy.hot.act and is_lopsided(found, policy):
        yield Wanted(capacity.desired + 1, Rule.HOT)


def _tracked(capacity: Capacity, policy: Scale, target: float, now: datetime) -> int:
    old = warm(capacity.loads, policy, now)
    told = [load.cpu for load in old if load.cpu is not None]
    first = COMBINED[policy.of](told) / target
    if _near(first, policy):
        return capacity.desired
    growing = first > 1
    missing = len(old) - len(told)
    young = max(capacity.desired, len(capacity.loads)) - len(old)
    need = first * len(told) + (0 if growing else missing)  # in hosts that do just what they shall
    again = need / (len(old) + (young if growing else 0))
    if _near(again, policy) or (again > 1) != growing:
        return capacity.desired
    hosts = math.ceil(need - NEARLY)
    return max(hosts, capacity.desired) if growing else min(hosts, capacity.desired)


def _near(ratio: float, policy: Scale) -> bool:
    return -policy.down.tolerance - NEARLY <= ratio - 1 <= policy.out.tolerance + NEARLY


def _stepped(desired: int, policy: Scale, cpu: float) -> Iterator[Wanted]:
    """The widest step of those whose line is passed; staying, where a step inwards exists and none is passed."""
    adding = [rule.add for rule in policy.steps if rule.add and rule.above is not None and cpu >= rule.above]
    taking = [rule.remove for rule in policy.steps if rule.remove and rule.below is not None and cpu <= rule.below]
    if adding:
        yield Wanted(desired + max(adding), Rule.STEP)
    elif taking:
        yield Wanted(max(0, desired - max(taking)), Rule.STEP)
    elif any(rule.remove for rule in policy.steps):
        yield Wanted(desired, Rule.STEP)
