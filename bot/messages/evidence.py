"""What an analysis rests on, in one line: how much, how far apart, how sure, and what is still missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.evidence import Because, Evidence, Judgement, Limit, Look, Method, Verdict
from bot.messages.words import count, duration, escape, listing, percent

MINUTE = timedelta(minutes=1)
CAUSES = {"latency": "the canary is slower", "errors": "the canary errs more often"}
AS_BAD = "there were no requests, or the old release is as far beyond its limit"
METRIC_LIMITS = {
    Limit.FAILURES: "{} of a canary host was beyond its limit in too many intervals",
    Limit.ERRORS: "{} could not be read",
    Limit.UNCLEAR: "{} tells nothing of the canary in too many intervals",
}
LIMITS = {
    Limit.FAILURES: "a canary host answered badly in too many intervals",
    Limit.ERRORS: "the old release answers as badly, so nothing can be told of the canary",
}


def running_words(look: Look, now: datetime) -> str:
    """`errors 0.12 % vs 0.11 % (n 4,210 vs 12,630) · mean +6 ms [-3, +15] (n 20 vs 60) · 48 s left`."""
    left = look.ends_at - now
    seen = evidence_line(look.judgement) or "asking canary and old hosts"
    return f"{seen} · {duration(left)} left" if left > timedelta(0) else seen


def verdict_words(judgement: Judgement) -> str:
    """What came of it, first in words and then in numbers."""
    line = evidence_line(judgement)
    said = {
        Verdict.SUCCESSFUL: "no worse than the old release",
        Verdict.FAILED: _cause(judgement),
        Verdict.INCONCLUSIVE: f"inconclusive: {missing_words(judgement)}",
        Verdict.ERROR: f"inconclusive: {_cause(judgement)}",
    }[judgement.verdict]
    return f"{said} · {line}" if line else said


def never_tells(line: str) -> str:
    """Of a metric that was asked for before a deploy: `the analysis could never tell by cpu: …`."""
    return f"the analysis could never tell by {escape(line)}"


def _cause(judgement: Judgement) -> str:
    if judgement.limit and judgement.metric:
        told = [one.trouble for one in judgement.evidence if one.metric == judgement.metric and one.trouble]
        why = [AS_BAD] if judgement.limit is Limit.UNCLEAR and not told else told
        return ": ".join([METRIC_LIMITS[judgement.limit].format(judgement.metric), *map(escape, why)])
    if judgement.limit:
        return LIMITS[judgement.limit]
    return " and ".join(map(_worse, (one for one in judgement.evidence if one.verdict is Verdict.FAILED)))


def _worse(found: Evidence) -> str:
    return CAUSES.get(found.metric, f"{found.metric} is worse than the old release's")


def missing_words(judgement: Judgement) -> str:
    """`8 more minutes are needed`, or of what there is nothing at all."""
    if judgement.limit:
        return _cause(judgement)
    troubles = [f"{one.metric}: {escape(one.trouble)}" for one in judgement.evidence if one.trouble]
    if troubles:
        return "; ".join(troubles)
    if judgement.wait:
        return f"{count(round(judgement.wait / MINUTE), 'more minute is', 'more minutes are')} needed"
    sparse = [one.metric for one in judgement.evidence if one.because is Because.SPARSE]
    if sparse:
        verb = "is" if len(sparse) == 1 else "are"
        return f"{listing(sparse)} {verb} mostly zero, which only counts or a hard limit can tell"
    return _nothing(judgement.evidence)


def _nothing(evidence: Sequence[Evidence]) -> str:
    for side, n in (("the old release to compare with", "baseline_n"), ("the canary", "canary_n")):
        lacking = [one.metric for one in evidence if one.missing and not getattr(one, n)]
        if set(lacking) & set(CAUSES):
            return f"there is no answer of {side}"
        if lacking:
            return f"there is no {listing(lacking)} of {side}"
    return "there was nothing to compare"


def evidence_line(judgement: Judgement) -> str:
    """Of the metrics that were measured on both sides."""
    return " · ".join(filter(None, map(_one, judgement.evidence)))


def _one(found: Evidence) -> str:
    n = f"(n {found.canary_n:,} vs {found.baseline_n:,})"
    if found.method is Method.LIMITS:
        n = f"(n {found.canary_n:,})"
        return f"{found.metric} {_figure(found, found.canary)} {n}" if found.canary is not None else ""
    if found.canary is None or found.baseline is None:
        return f"{found.metric} unknown {n}" if found.canary_n or found.baseline_n else ""
    if found.method is Method.COUNTS:
        return f"{found.metric} {percent(found.canary)} vs {percent(found.baseline)} {n}"
    bounds, apart = found.interval, found.canary - found.baseline
    if found.metric == "latency":
        between = f" [{_signed(bounds.low)}, {_signed(bounds.high)}]" if bounds else ""
        return f"mean {_signed(apart)} ms{between} {n}"
    between = f" [{_digits(bounds.low, '+')}, {_digits(bounds.high, '+')}]" if bounds else ""
    both = f"{_figure(found, found.canary)} vs {_figure(found, found.baseline)}"
    return f"{found.metric} {both}, {_digits(apart, '+')}{between} {n}"


def _figure(found: Evidence, value: float) -> str:
    """`42.1 %`"""
    return f"{_digits(value)} {escape(found.unit)}" if found.unit else _digits(value)


def _digits(value: float, sign: str = "") -> str:
    """Three that tell something, however large or small the metric's numbers are."""
    shown = f"{value:{sign},.0f}" if abs(value) >= 100 else f"{value:{sign}.3g}"
    return "0" if float(shown.replace(",", "")) == 0 else shown


def _signed(value: float) -> str:
    """`+6`, `-3`, `+0.4`: whole milliseconds from ten on."""
    shown = f"{value:+,.0f}" if abs(value) >= 9.95 else f"{value:+.1f}".removesuffix(".0")
    return "0" if float(shown.replace(",", "")) == 0 else shown
