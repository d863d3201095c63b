"""Whether an analysis could tell by its metrics at all: tried on hosts of the old release, before anything moves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

NAMED = 3  # hosts, at most, that a trouble names


@dataclass(frozen=True, slots=True)
class Trial:
    """What one metric said of one host that runs the old release; `trouble` is empty where a number came.

    `wrong`: the question itself is at fault. `absent`: nothing of that name is kept. `unasked`: its source could not be
    asked, which tells nothing of the days to come. With none of them it is quiet at this moment.
    """

    metric: str
    host: str
    trouble: str = ""
    wrong: bool = False
    absent: bool = False
    unasked: bool = False


def unmeasurable(trials: Sequence[Trial], compared: Collection[str]) -> tuple[str, ...]:
    """`cpu: the query returned nothing for web2, web3`: one line for each metric that can never tell.

    One that no old host has can still be held to its limits, as it may come with the release: only those that are
    `compared` need it on both sides.
    """
    lines = []
    for metric in dict.fromkeys(trial.metric for trial in trials):
        mine = [trial for trial in trials if trial.metric == metric]
        wrong = [trial for trial in mine if trial.wrong]
        nowhere = metric in compared and all(trial.absent for trial in mine)
        if wrong or nowhere:
            lines.append(f"{metric}: {_said(wrong or mine)}")
    return tuple(lines)


def unasked(trials: Sequence[Trial]) -> tuple[str, ...]:
    """`cpu: Prometheus could not be reached for web2, web3`: one line for each metric of which it is not known."""
    lines = []
    for metric in dict.fromkeys(trial.metric for trial in trials):
        mine = [trial for trial in trials if trial.metric == metric and trial.unasked]
        if mine:
            lines.append(f"{metric}: {_said(mine)}")
    return tuple(lines)


def _said(trials: Sequence[Trial]) -> str:
    """In the words of the first, and of whom that is true."""
    hosts = [trial.host for trial in trials if trial.trouble == trials[0].trouble]
    return f"{trials[0].trouble} for {', '.join(hosts[:NAMED])}{' and others' if len(hosts) > NAMED else ''}"
