"""M of N: whether a metric alarms, as CloudWatch evaluates its alarms. Pure.

More points than N are looked at, so that one that comes late is not taken for missing. Where N of them are there, the
newest N decide; else all that are there do, and only as many as are lacking count as missing.
"""

from collections.abc import Sequence
from enum import StrEnum

from bot.counting import count
from bot.model import Blind, Probe
from bot.questions.metric import MetricAsk, Missing

SPARE = 2  # points beyond N that are looked at


class Standing(StrEnum):
    ALARM = "alarm"
    WELL = "well"
    KEEP = "keep"  # as it stood
    UNKNOWN = "unknown"  # CloudWatch's INSUFFICIENT_DATA


def standing(points: Sequence[bool | None], breaching: int, of: int, missing: Missing) -> Standing:
    """`points` from the oldest to the newest: whether each breaches, None where it is not there."""
    there = [point for point in points if point is not None][-of:]
    lacking = of - len(there)
    bad = sum(there)
    if missing is Missing.BREACHING:
        bad += lacking
    if bad >= breaching:
        return Standing.ALARM
    if missing in (Missing.BREACHING, Missing.NOT_BREACHING):
        return Standing.WELL
    return _without_filling(len(there), bad, missing)


def _without_filling(there: int, bad: int, missing: Missing) -> Standing:
    """Where all that is there breaches, and too little is there to be sure."""
    if bad < there:
        return Standing.WELL
    if missing is Missing.IGNORE:
        return Standing.KEEP
    return Standing.ALARM if there else Standing.UNKNOWN


def seen(ask: MetricAsk, numbers: Sequence[float | None]) -> Probe:
    """What a check sees in these numbers, from the oldest to the newest."""
    points = [None if number is None else ask.breaches(number) for number in numbers]
    match standing(points, ask.breaching, ask.of, ask.missing):
        case Standing.WELL:
            return Probe(True, 0.0)
        case Standing.ALARM:
            return Probe(False, 0.0, None, _alarm(ask, numbers))
        case Standing.KEEP:
            return Probe(False, 0.0, None, "too few points to tell", Blind.KEEP)
    return Probe(False, 0.0, None, "no point to tell by", Blind.UNKNOWN)


def _alarm(ask: MetricAsk, numbers: Sequence[float | None]) -> str:
    there = [number for number in numbers if number is not None][-ask.of :]
    if ask.of == 1:
        return f"{there[-1]:.4g}, which is {ask.side}" if there else f"its point is missing, which counts as {ask.side}"
    lacking = f", {ask.of - len(there)} missing" if len(there) < ask.of else ""
    if not there:
        return f"no point of the last {ask.of} is there, which counts as {ask.side}"
    bad = sum(map(ask.breaches, there))
    shown = ", ".join(f"{number:.4g}" for number in there)
    return f"{there[-1]:.4g}; {ask.side} in {bad} of the last {count(ask.of, 'point')} ({shown}{lacking})"
