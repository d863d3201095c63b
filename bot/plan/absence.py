"""Whether a metric of CloudWatch that has no point is not there at all, or only quiet; and the words for the first."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.questions.kept import Dimensions, Kept
from bot.questions.numbers import CloudMetric

NAMED = 3
LONGEST = 80  # characters of a name
NEAR_ENOUGH = 70  # of 100, rapidfuzz' ratio
LATELY = "in the last two weeks"  # which is how far CloudWatch's list reaches


def absent(metrics: Sequence[CloudMetric], kept: Kept) -> dict[CloudMetric, str]:
    """Those that are not kept, each with the words for all of them. `metrics` are of one account, namespace and name,
    and what is kept was asked for these. What could not be asked, or not be read to its end, is in no answer.
    """
    if kept.trouble or not kept.whole:
        return {}
    lacking = [metric for metric in metrics if metric.dimensions not in kept.series]
    return dict.fromkeys(lacking, _words(lacking, kept)) if lacking else {}


def _words(lacking: Sequence[CloudMetric], kept: Kept) -> str:
    first = lacking[0]
    where = f"CloudWatch in {kept.region}" if kept.region else "CloudWatch"
    if kept.series:
        return f"{where} has {_named(first)} {_otherwise(lacking, kept.series)}"
    if kept.names:
        return f"{where} had no {_named(first)} {LATELY} ({_near(first.metric, kept.names)})"
    empty = f"{where} had nothing in the namespace {_short(first.namespace)} {LATELY}"
    if kept.namespaces:
        return f"{empty} ({_near(first.namespace, kept.namespaces)})"
    return f"{empty}, nor in any other (is it the right account?)"


def _named(metric: CloudMetric) -> str:
    return f"{_short(metric.namespace)} {_short(metric.metric)}"


def _otherwise(lacking: Sequence[CloudMetric], series: frozenset[Dimensions]) -> str:
    """`by Host, but not by Server`; `but had none of Host=web2 in the last two weeks (there are Host=web9)`."""
    wanted = _names(lacking[0].dimensions)
    alike = [one for one in series if _names(one) == wanted]
    if alike:
        asked = [_values(one.dimensions) for one in lacking]
        there = _some(_nearest(asked[0], map(_values, alike)), len(alike))
        return f"by {_by(wanted)}, but none of {_some(asked[:NAMED], len(asked), 'or')} {LATELY} (there is {there})"
    others = [_by(one) for one in {_names(one) for one in series}]
    there = _some(_nearest(_by(wanted), others), len(others), "or")
    return f"by {there}, but not {f'by {_by(wanted)}' if wanted else 'without dimensions'} {LATELY}"


def _names(dimensions: Dimensions) -> tuple[str, ...]:
    return tuple(name for name, _ in dimensions)


def _values(dimensions: Dimensions) -> str:
    return _short(" and ".join(f"{name}={value}" for name, value in dimensions))


def _by(names: Sequence[str]) -> str:
    return _short(" and ".join(names)) or "no dimension"


def _near(wanted: str, known: Sequence[str]) -> str:
    """`did you mean CPUUtilization?`, or what there is."""
    first, score, _ = process.extractOne(wanted, known, scorer=fuzz.ratio, processor=str.lower)
    if score >= NEAR_ENOUGH:
        return f"did you mean {_short(first)}?"
    return f"there is {_some([_short(name) for name in _nearest(wanted, known)], len(known))}"


def _nearest(wanted: str, known: Iterable[str]) -> list[str]:
    ranked = process.extract(wanted, sorted(known), scorer=fuzz.WRatio, processor=str.lower, limit=NAMED)
    return [name for name, _, _ in ranked]


def _some(names: Sequence[str], of: int, word: str = "and") -> str:
    """`a, b and c`, `a, b, c and 4 more`."""
    rest = of - len(names)
    told = [*names, f"{rest:,} more"] if rest > 0 else list(names)
    return f"{', '.join(told[:-1])} {word} {told[-1]}" if told[1:] else told[0]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
