"""Whether metrics of CloudWatch that have no point are there at all."""

from collections.abc import Iterable

from bot.backends.base import ListedMetrics, Value
from bot.cloud import Account
from bot.plan.absence import absent
from bot.questions.numbers import CloudMetric


def sought(metrics: ListedMetrics, silent: Iterable[CloudMetric]) -> dict[CloudMetric, Value]:
    """Of those that are not there, and of those that could not be asked about. One list is read for each name; an
    account that gave none is not asked for more.
    """
    found: dict[CloudMetric, Value] = {}
    mute: dict[Account, Value] = {}
    for alike in _by_name(silent):
        account = alike[0].account
        if account not in mute:
            kept = metrics.kept(alike)
            found |= {one: Value(None, words, lasting=True) for one, words in absent(alike, kept).items()}
            if kept.trouble:
                mute[account] = Value(None, kept.trouble, failed=True)
        if account in mute:
            found |= dict.fromkeys(alike, mute[account])
    return found


def _by_name(metrics: Iterable[CloudMetric]) -> list[list[CloudMetric]]:
    """Those of one account, namespace and name together."""
    together: dict[tuple[Account, str, str], list[CloudMetric]] = {}
    for one in metrics:
        together.setdefault((one.account, one.namespace, one.metric), []).append(one)
    return list(together.values())
