"""A load trace replayed against a rule, in virtual time. Pure: nothing is asked, and nothing waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean

from bot.fleet.scale import Scale
from bot.plan.bounds import bounds
from bot.plan.scaling import decide
from bot.scaling import Capacity, Change, Decision, Load, Wish

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday; a trace that names no date begins here
KEPT = timedelta(hours=1)  # of changes and wishes: longer than any window of a policy

Rule = Callable[[Capacity, datetime], Decision]


@dataclass(frozen=True, slots=True)
class Point:
    """From `at` on there is work for so many hosts: 2.5 keeps two and a half of them wholly busy."""

    at: datetime
    load: float


@dataclass(frozen=True, slots=True)
class Setting:
    """How the world is in which a rule is tried. `boot` passes between asking for a host and its first answer; a host's
    CPU is seen as its mean `over` that long, 0: as it is.
    """

    every: timedelta = timedelta(seconds=30)
    boot: timedelta = timedelta(seconds=60)
    over: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Tick:
    """One look: hosts that serve, what each of them does in percent (above 100: work waits), what was decided."""

    at: datetime
    serving: int
    cpu: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trace under a rule; `over` counts the time in which hosts had more than `target` to do."""

    ticks: tuple[Tick, ...]
    every: timedelta
    target: float

    @property
    def over(self) -> timedelta:
        return self.every * sum(tick.cpu > self.target + 1e-6 for tick in self.ticks)

    @property
    def saturated(self) -> timedelta:
        return self.every * sum(tick.cpu > 100 for tick in self.ticks)

    @property
    def host_hours(self) -> float:
        """Hosts that start are paid for too."""
        return sum(tick.decision.after for tick in self.ticks) * (self.every / timedelta(hours=1))

    @property
    def acts(self) -> list[Tick]:
        return [tick for tick in self.ticks if tick.decision.acts]

    @property
    def turns(self) -> int:
        """How often the direction changed."""
        ways = [tick.decision.after > tick.decision.before for tick in self.acts]
        return sum(before is not after for before, after in pairwise(ways))


def replay(trace: Sequence[Point], rule: Rule, begin: int, setting: Setting, target: float) -> Outcome:
    """`begin` hosts are there, warm, when the trace begins; its last point ends it."""
    first, last = trace[0].at, trace[-1].at
    up = [first - timedelta(days=1)] * begin
    capacity = Capacity(begin, ())
    ticks: list[Tick] = []
    lately: list[float] = []
    place, keep = 0, max(1, round(setting.over / setting.every))
    for number in range(int((last - first) / setting.every)):
        now = first + number * setting.every
        while place + 1 < len(trace) and trace[place + 1].at <= now:
            place += 1
        serving = [since for since in up if since <= now]
        cpu = 100 * trace[place].load / max(1, len(serving))
        lately = [*lately[-keep + 1 :], min(cpu, 100.0)] if keep > 1 else [min(cpu, 100.0)]
        decision = rule(_seen(capacity, serving, fmean(lately)), now)
        ticks.append(Tick(now, len(serving), cpu, decision))
        up = _after(up, decision, now + setting.boot)
        capacity = _kept(capacity, decision, now)
    return Outcome(tuple(ticks), setting.every, target)


def _seen(capacity: Capacity, serving: Sequence[datetime], cpu: float) -> Capacity:
    loads = tuple(Load(f"host{number}", since, cpu) for number, since in enumerate(serving))
    return replace(capacity, loads=loads)


def _after(up: list[datetime], decision: Decision, ready: datetime) -> list[datetime]:
    """The newest hosts go first, those that start before all."""
    more = decision.after - decision.before
    return [*up, *[ready] * more] if more >= 0 else sorted(up)[:more]


def _kept(capacity: Capacity, decision: Decision, now: datetime) -> Capacity:
    changes = [one for one in capacity.changes if now - one.at < KEPT]
    if decision.acts:
        changes.append(Change(now, decision.before, decision.after))
    wishes = [*(one for one in capacity.wishes if now - one.at < KEPT), Wish(now, decision.wish)]
    return replace(capacity, desired=decision.after, changes=tuple(changes), wishes=tuple(wishes))


def by(policy: Scale) -> Rule:
    """The rule that the orchestrator follows."""
    return lambda capacity, now: decide(capacity, policy, now)


def fewest(policy: Scale, trace: Sequence[Point]) -> int:
    """How many hosts the first load needs, within the policy's limits."""
    target = policy.target_cpu or 60
    return bounds(policy, trace[0].at).clamp(-int(-100 * trace[0].load // target))
