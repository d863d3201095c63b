"""The hosts of a deploy closely: how each stands, how long each step took, and the last lines of what failed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from bot.archive import HEALTH, Detail, HostStep
from bot.messages.blocks import Block, code, cut, section
from bot.messages.hosts import host_words
from bot.messages.words import duration
from bot.model import HostState, Step
from bot.records import HostLine

PAGE = 25  # hosts at a time: two blocks each, of the hundred that a modal takes
WORDS = 600  # characters of what is said of one host
ORDER = {step: at for at, step in enumerate((*(step.value for step in Step), HEALTH))}


def host_blocks(detail: Detail, start: int, now: datetime) -> list[Block]:
    """One page: hosts with output first, then those with words, then the others as the plan has them."""
    told = sorted(detail.view.hosts, key=lambda line: (not line.tail, not line.detail))
    shown = told[start : start + PAGE]
    several = f" {start + 1:,}–{start + len(shown):,} of {len(told):,}" if len(told) > PAGE else ""
    steps: dict[str, list[HostStep]] = {}
    for step in detail.steps:
        steps.setdefault(step.host, []).append(step)
    members = Counter(line.batch for line in detail.view.hosts)
    blocks = [section(f"*Hosts*{several}")]
    for line in shown:
        blocks += _host(line, steps.get(line.host, []), members[line.batch] == 1, now)
    return blocks


def _host(line: HostLine, steps: Sequence[HostStep], alone: bool, now: datetime) -> list[Block]:
    step = f" at {line.step}" if line.step and line.detail else ""
    rows = [cut(f"*{line.host}*{step} · {host_words(line)}", WORDS)]
    until = now if line.state in (HostState.CHANGING, HostState.NEW) else None
    rows += [_pass(each, alone, until if last else None) for each, last in _passes(steps)]
    words = section("\n".join(rows))
    return [words, code(line.tail)] if line.tail else [words]


def _passes(steps: Sequence[HostStep]) -> Iterator[tuple[list[HostStep], bool]]:
    """Each way through the steps, and whether it is the last; it begins again after a crash, and on the way back."""
    ways: list[list[HostStep]] = []
    for step in steps:
        if not ways or ORDER.get(step.step, 0) <= ORDER.get(ways[-1][-1].step, 0):
            ways.append([])
        ways[-1].append(step)
    for number, way in enumerate(ways, 1):
        yield way, number == len(ways)


def _pass(steps: Sequence[HostStep], alone: bool, until: datetime | None) -> str:
    """`fetch 1.2 s › unpack 40 ms › restart ≤ 3 s › health`: when the last one ended is not kept, but how long it lasts
    by now is. Health is asked of a whole batch at once: a host that is not `alone` in it may have waited for others.
    """
    parts = []
    for step, after in pairwise(steps):
        most = "≤ " if after.step == HEALTH and not alone else ""
        parts.append(f"{step.step} {most}{duration(after.at - step.at)}")
    last = steps[-1]
    parts.append(f"{last.step} for {duration(until - last.at)} so far" if until else last.step)
    return " › ".join(parts)
