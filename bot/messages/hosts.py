"""The hosts of a stage in one line: failures first, then who is where."""

import re
from collections.abc import Sequence

from bot.messages.words import count, duration, escape, listing
from bot.model import HostState, Stage, StageState
from bot.records import HostLine

FEW = 4  # hosts that are named one by one
BATCH = re.compile(r"Batch (\d+) of \d+")
FAILED = (HostState.UNCHANGED, HostState.UNHEALTHY, HostState.UNKNOWN)


def stage_detail(stage: Stage, hosts: Sequence[HostLine]) -> str:
    """What a batch's line says; other stages have words of their own."""
    found = BATCH.fullmatch(stage.name)
    if not found:
        return ""
    members = [line for line in hosts if line.batch == int(found[1]) - 1]
    if stage.state is StageState.PENDING:
        return listing([line.host for line in members])
    if len(members) <= FEW:
        return "\n".join(f"{line.host} · {host_words(line)}" for line in members)
    return "\n".join(_grouped(members))


def host_words(line: HostLine) -> str:
    """`healthy after 3.2 s`, `installing`, `unchanged: test ended with 1`."""
    if line.state is HostState.HEALTHY and line.healthy_after is not None:
        return f"healthy after {duration(line.healthy_after)}"
    if line.state is HostState.CHANGING and line.step:
        return str(line.step)
    if line.state is HostState.NEW:
        return "restarted, waiting for health"
    return f"{line.state}: {escape(line.detail)}" if line.detail else str(line.state)


def _grouped(members: Sequence[HostLine]) -> list[str]:
    """Failures by name, the rest by count."""
    failed = [line for line in members if line.state in FAILED]
    rows = [f"{line.host} · {host_words(line)}" for line in failed[:FEW]]
    if len(failed) > FEW:
        rows.append(f"and {count(len(failed) - FEW, 'more host')} failed")
    for state in HostState:
        here = [line.host for line in members if line.state is state]
        if here and state not in FAILED:
            rows.append(f"{len(here)} of {count(len(members), 'host')} {state}")
    return rows
