"""Whether a service was too busy for too long: the minutes that are known, as a check sees them. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.counting import count
from bot.model import Blind, Probe
from bot.plan.busy import LATE, MINUTE
from bot.questions import CpuAsk
from bot.scaling import BusyMinute

Told = tuple[datetime, float, BusyMinute]


def seen(ask: CpuAsk, minutes: Sequence[BusyMinute], now: datetime) -> Probe:
    """`minutes` reach back further than the question, the oldest first. Every one that is known must be above.

    A minute that is not known says nothing; where none is lately, nothing is known of the service. Too little to say
    that it was so all the time leaves it as it stood.
    """
    told = [(one.minute, number, one) for one in minutes if (number := one.combined(ask.of)) is not None]
    if not told or now - told[-1][0] > LATE:
        return Probe(False, 0.0, None, f"no CPU was told within {LATE // MINUTE} min", Blind.UNKNOWN)
    begin = told[-1][0] + MINUTE - ask.lasting
    within = [one for one in told if one[0] >= begin]
    if any(number <= ask.limit for _, number, _ in within):
        return Probe(True, 0.0)
    if told[0][0] > begin:
        so_far = (told[-1][0] + MINUTE - told[0][0]) // MINUTE
        return Probe(False, 0.0, None, f"known for only {so_far} of {ask.long}", Blind.KEEP)
    return Probe(False, 0.0, None, _cause(ask, within))


def _cause(ask: CpuAsk, within: Sequence[Told]) -> str:
    """`median 91 % on 4 hosts; never below 87 % in 10 min`"""
    _, now, last = within[-1]
    hosts = count(last.told, "host")
    missing = f", {last.missing:,} more not told" if last.missing else ""
    return f"{ask.of} {now:.0f} % on {hosts}{missing}; never below {min(one[1] for one in within):.0f} % in {ask.long}"
