"""What an analysis rests on, in one line: how much, how far apart, how sure, and what is still missing."""

from datetime import datetime, timedelta

from bot.evidence import Evidence, Judgement, Limit, Look, Method, Verdict
from bot.messages.words import count, duration, percent

MINUTE = timedelta(minutes=1)
CAUSES = {Method.RANKS: "the canary is slower", Method.COUNTS: "the canary errs more often"}
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


def _cause(judgement: Judgement) -> str:
    if judgement.limit:
        return LIMITS[judgement.limit]
    failed = [CAUSES[one.method] for one in judgement.evidence if one.verdict is Verdict.FAILED]
    return " and ".join(failed)


def missing_words(judgement: Judgement) -> str:
    """`8 more minutes are needed`, or of what there is nothing at all."""
    if judgement.wait:
        return f"{count(round(judgement.wait / MINUTE), 'more minute is', 'more minutes are')} needed"
    lacking = [one for one in judgement.evidence if one.missing]
    if any(not one.baseline_n for one in lacking):
        return "there is no answer of the old release to compare with"
    if any(not one.canary_n for one in lacking):
        return "there is no answer of the canary"
    return "there was nothing to compare"


def evidence_line(judgement: Judgement) -> str:
    """Of the metrics that were measured on both sides."""
    return " · ".join(filter(None, map(_one, judgement.evidence)))


def _one(found: Evidence) -> str:
    n = f"(n {found.canary_n:,} vs {found.baseline_n:,})"
    if found.canary is None or found.baseline is None:
        return f"{found.metric} unknown {n}" if found.canary_n or found.baseline_n else ""
    if found.method is Method.COUNTS:
        return f"{found.metric} {percent(found.canary)} vs {percent(found.baseline)} {n}"
    bounds = found.interval
    between = f" [{_signed(bounds.low)}, {_signed(bounds.high)}]" if bounds else ""
    return f"mean {_signed(found.canary - found.baseline)} ms{between} {n}"


def _signed(value: float) -> str:
    """`+6`, `-3`, `+0.4`: whole milliseconds from ten on."""
    shown = f"{value:+,.0f}" if abs(value) >= 9.95 else f"{value:+.1f}".removesuffix(".0")
    return "0" if float(shown.replace(",", "")) == 0 else shown
