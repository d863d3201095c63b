"""After an abort: whether people are asked, what they may choose, and whether a click counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.halt import Choice, Halt
from bot.model import DeployKind, HostState, StageState
from bot.plan.hosts import to_roll_back
from bot.records import DeployView, HostLine, StageKind

WITHIN = timedelta(minutes=15)  # as long as a person needs to look; until then the place is held


class Answer(StrEnum):
    COUNTS = "counts"
    OVER = "over"  # answered already
    EXPIRED = "expired"
    NOTHING_UNKNOWN = "nothing_unknown"  # there is nothing to retry


def stopped(view: DeployView, position: int) -> bool:
    """Whether an abort has ended this stage, and nobody has let it go on since: after a crash it is not run again."""
    halt = view.halt
    waits = halt is not None and halt.position == position and halt.choice is not Choice.ON
    return view.stages[position].state is StageState.ERROR and (bool(view.deploy.aborted_by) or waits)


def wants_answer(view: DeployView, position: int) -> bool:
    """Only where a host was changed, or may have been: otherwise nothing is left to choose. Who ends the keeping of
    the old release has chosen: all is switched back.
    """
    if view.deploy.plan.stages[position].kind is StageKind.KEEP:
        return False
    return bool(view.deploy.aborted_by) and any(line.may_run_new for line in view.hosts)


def unanswered(view: DeployView, position: int) -> Halt | None:
    """The question that stands for this stage, whatever was chosen, unless it went on since."""
    halt = view.halt
    return halt if halt and halt.position == position and halt.choice is not Choice.ON else None


def question(view: DeployView, position: int, by: str, now: datetime) -> Halt:
    """The next one. A rollback that was aborted has no way back: all stays as it is."""
    deploy = view.deploy
    wanted = to_roll_back(view.hosts, deploy.release.sha, deploy.plan.fallback)
    back = () if deploy.plan.kind is DeployKind.ROLLBACK else tuple(host for hosts in wanted.values() for host in hosts)
    unknown = tuple(line.host for line in view.hosts if line.state is HostState.UNKNOWN)
    turn = view.halt.turn + 1 if view.halt else 1
    return Halt(deploy.id, turn, position, by, now, now + WITHIN, back, unknown)


def may_choose(halt: Halt, choice: Choice, now: datetime) -> Answer:
    """Whether this click counts; that the person may deploy or approve there is known before."""
    if halt.choice is not Choice.OPEN:
        return Answer.OVER
    if now >= halt.expires_at:
        return Answer.EXPIRED
    return Answer.NOTHING_UNKNOWN if choice is Choice.RETRY and not halt.unknown else Answer.COUNTS


def unread(lines: Sequence[HostLine], what: str) -> list[HostLine]:
    """Nothing is known of them still, and why."""
    return [replace(line, state=HostState.UNKNOWN, detail=what) for line in lines]


def fresh(lines: Sequence[HostLine], batch: int | None) -> list[HostLine]:
    """The hosts of a batch that is begun again, without the words of the step that was stopped; what was left out of
    the deploy stays so.
    """
    out = (HostState.HEALTHY, HostState.SKIPPED, HostState.LEFT)
    begun = [line for line in lines if line.batch == batch and line.state not in out]
    return [replace(line, state=_again(line), step=None, detail="", tail="") for line in begun]


def _again(line: HostLine) -> HostState:
    """To be dealt with once more, and still one that goes back if it may run the release."""
    return HostState.CHANGING if line.may_run_new else HostState.WAITING
