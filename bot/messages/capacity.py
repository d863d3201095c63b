"""How many machines a target has, how they are and how busy: lines for /status."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.capacity import Fitness, Machine, Standing
from bot.messages.charts import spark
from bot.messages.words import age, count, escape, listing
from bot.scaling import BusyMinute
from bot.standing import Cpu, Muster, TargetView

OLD = timedelta(minutes=3)  # older than this its age is said
NAMED = 5  # machines, reasons, hosts
SLOTS = 20  # of the picture of an hour
FEW_SLOTS = 12  # in a table
ALL = 100.0  # percent: the top of every picture
WORDS = {
    Fitness.HEALTHY: "healthy",
    Fitness.PENDING: "starting",
    Fitness.UNHEALTHY: "unhealthy",
    Fitness.STANDBY: "in standby",
    Fitness.DRAINING: "draining",
    Fitness.LEAVING: "leaving",
}


def capacity_lines(view: TargetView, now: datetime) -> list[str]:
    """In mrkdwn; none where nothing is known of machines and load."""
    muster = _muster(view.muster, now) if view.muster else ()
    return [*muster, *(_cpu(view.cpu, now) if view.cpu else ())]


def busy_cell(views: Sequence[TargetView], now: datetime) -> str:
    """`43 % ▁▂▃▅` of the environment that is busiest now; a dash where nothing is known."""
    told = [(view.cpu.now, view.cpu) for view in views if view.cpu and view.cpu.now is not None]
    if not told:
        return "–"
    number, cpu = max(told, key=lambda one: one[0] or 0.0)
    return f"{number:.0f} % {_picture(cpu, FEW_SLOTS)}{_aged(cpu.last, now)}"


def healthy_words(view: TargetView) -> str:
    """`3/4`: machines that serve, of those that are wanted, as the cloud sees them; else hosts that are not down."""
    standing = view.muster.standing if view.muster else None
    if standing is None:
        return f"{view.hosts_up}/{len(view.hosts)}"
    return f"{standing.healthy}/{standing.desired}"


def _muster(muster: Muster, now: datetime) -> Iterator[str]:
    old = f" · seen {age(now - muster.at)}" if muster.at and now - muster.at > OLD else ""
    if muster.standing:
        yield _counted(muster.standing) + old
        yield from _unwell(muster.standing.machines)
        yield from (f":warning: {escape(note)}" for note in muster.standing.notes[:1])
        yield from _versions(muster.standing.machines) if muster.facts is None else ()
    elif muster.members is not None:
        yield _balanced(muster) + old
    if muster.facts:
        yield from _facts(muster)
    if muster.trouble:
        yield f":warning: The cloud cannot be asked: {escape(muster.trouble)}"


def _counted(standing: Standing) -> str:
    """`4 desired · 3 healthy · 1 draining`"""
    others = [fitness for fitness in WORDS if fitness is not Fitness.HEALTHY and standing.count(fitness)]
    parts = [f"{standing.count(fitness):,} {WORDS[fitness]}" for fitness in (Fitness.HEALTHY, *others)]
    return f"*Capacity*  {standing.desired:,} desired · {' · '.join(parts)}"


def _unwell(machines: Sequence[Machine]) -> Iterator[str]:
    """Those that do not serve and of which it is said why."""
    told = [one for one in machines if one.fitness is not Fitness.HEALTHY and one.reason]
    for one in told[:NAMED]:
        yield f"▲ {escape(one.name)} · {WORDS[one.fitness]}: {escape(one.reason)}"
    if len(told) > NAMED:
        yield f"and {count(len(told) - NAMED, 'more machine')} with a reason"


def _versions(machines: Sequence[Machine]) -> Iterator[str]:
    """Those that were made from something else than the newest one was."""
    newest = max(machines, key=lambda one: one.launched_at, default=None)
    if newest is None or not newest.release:
        return
    others = [one for one in machines if one.stays and one.release and one.release != newest.release]
    if others:
        names = listing([f"{escape(one.name)} ({escape(one.release)})" for one in others], most=NAMED)
        yield f":warning: Drift: {names} made from another version than the newest, {escape(newest.release)}"


def _balanced(muster: Muster) -> str:
    """`3 of 4 serve · i-2 unhealthy (Target.Timeout)`, by the load balancer."""
    members = muster.members or {}
    serving = sum(member.serves for member in members.values())
    ill = [f"{escape(name)} {escape(str(member))}" for name, member in sorted(members.items()) if not member.serves]
    reasons = f" · {listing(ill, most=NAMED)}" if ill else ""
    return f"*Load balancer*  {serving:,} of {len(members):,} serve{reasons}"


def _facts(muster: Muster) -> Iterator[str]:
    facts = muster.facts
    if facts is None:
        return
    if facts.words:
        yield f"*Runs*  {escape(facts.words)}"
    if facts.drift:
        yield f":warning: Drift: {escape('; '.join(facts.drift[:NAMED]))}{_more(len(facts.drift))}"
    if facts.trouble:
        yield f":warning: {escape(facts.trouble)}"


def _more(number: int) -> str:
    return f" and {number - NAMED:,} more" if number > NAMED else ""


def _cpu(cpu: Cpu, now: datetime) -> Iterator[str]:
    number, last = cpu.now, cpu.last
    if number is None or last is None:
        if any(cpu.minutes):
            yield f"*CPU*  not known{_why(cpu)}"
        return
    missing = f", {last.missing:,} more not told{_why(cpu)}" if last.missing else ""
    most = max(one for one in cpu.numbers if one is not None)
    yield (
        f"*CPU*  {number:.0f} %{_aged(last, now)} · {cpu.of} of {count(last.told, 'host')}{missing}"
        f" · `{_picture(cpu, SLOTS)}` at most {most:.0f} % within the hour"
    )


def _why(cpu: Cpu) -> str:
    """One reason stands for those that are alike."""
    found = Counter(cpu.troubles.values()).most_common(1)
    return f" ({escape(found[0][0])})" if found and found[0][0] else ""


def _aged(last: BusyMinute | None, now: datetime) -> str:
    """Of a number that is no longer of now."""
    return f" {age(now - last.minute)}" if last and now - last.minute > 2 * OLD else ""


def _picture(cpu: Cpu, slots: int) -> str:
    """An hour from 0 to 100 %, each slot the mean of its minutes."""
    numbers, width = cpu.numbers, -(-len(cpu.numbers) // slots)
    parts = [numbers[at : at + width] for at in range(0, len(numbers), width)]
    return spark([_mean([one for one in part if one is not None]) for part in parts], ALL)


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
