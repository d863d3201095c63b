"""A refresh in words: how far it is, and what AWS says of it."""

from collections.abc import Sequence

from bot.backends.asg.refreshes import Refresh
from bot.backends.asg.standing import MOVING, Standing
from bot.backends.asg.templates import Version
from bot.counting import count
from bot.managed import Course, Phase
from bot.model import Release

PHASES = {
    "Pending": Phase.RUNNING,
    "InProgress": Phase.RUNNING,
    "Baking": Phase.RUNNING,
    "Cancelling": Phase.RUNNING,
    "Successful": Phase.DONE,
    "RollbackInProgress": Phase.GOING_BACK,
    "RollbackSuccessful": Phase.BACK,
}
"""Whatever else AWS says of a refresh is a failure."""
WORDS = {
    "Pending": "asked for, and not begun by AWS yet",
    "Baking": "all instances are replaced, and AWS watches the alarms",
    "Cancelling": "AWS ends the replacements that are under way",
    "Cancelled": "it was cancelled, and what was replaced stays so",
    "Failed": "the refresh failed, and what was replaced stays so",
    "RollbackFailed": "AWS could not roll it back: a person must look at the group, then deploy what it shall run",
    "RollbackSuccessful": "all instances run again what they did before",
}


BAD = frozenset({Phase.FAILED, Phase.GOING_BACK, Phase.BACK})


def course_of(refresh: Refresh, checkpoints: Sequence[int]) -> Course:
    """Of the refresh that brings the order's version; `checkpoints` are the order's."""
    phase, at = PHASES.get(refresh.status, Phase.FAILED), None
    if refresh.checkpoint is not None:
        phase, at = Phase.WAITING, _number(refresh.checkpoint, checkpoints)
    return Course(phase, refresh.percent, _words(refresh), _reasons(refresh) if phase in BAD else (), at)


def course_back(refresh: Refresh) -> Course:
    """Of a refresh of ours that brings the older version again."""
    if refresh.status == "Successful":
        return Course(Phase.BACK, 100, WORDS["RollbackSuccessful"])
    if refresh.runs:
        return Course(Phase.GOING_BACK, refresh.percent, f"back to version {refresh.version}: {_words(refresh)}")
    words = f"{refresh.status} on the way back: a person must look at the group, then deploy what it shall run"
    return Course(Phase.FAILED, refresh.percent, words, _reasons(refresh))


def proposal(release: Release, source: Version, number: str, standing: Standing) -> tuple[str, ...]:
    """`source` is what the new version is made from, `number` what the group launches from now."""
    instances = count(len(standing.instances), "instance is", "instances are")
    called = "" if release.ref == release.sha else f" ({release.ref})"
    lines = [f"{instances} replaced by ones of {release.sha}{called}"]
    if source.number != number:
        lines.append(f"all else in the launch template stands again as in version {source.number}, not as in {number}")
    if standing.version in MOVING:
        lines.append(f"the group launches from {standing.version}, which AWS cannot go back to: it is set to {number}")
    return tuple(lines)


def _number(point: int, checkpoints: Sequence[int]) -> int:
    return max(sum(1 for one in checkpoints if one <= point) - 1, 0)


def _words(refresh: Refresh) -> str:
    if refresh.checkpoint is not None:
        return f"{refresh.percent} % of the group is replaced"
    if refresh.status in WORDS:
        return WORDS[refresh.status]
    left = "" if refresh.left is None else f", {refresh.left} to go"
    return f"{refresh.percent} % done{left}"


def _reasons(refresh: Refresh) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for words in (refresh.why_back, refresh.reason) if words))
