"""May this commit be deployed, as far as CI goes? From what its checks say, and for how long it is worth waiting."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.ci import CiState, CiVerdict, CommitCheck

# `warning` is Gitea's, which counts it as passed too
PASSED = frozenset({"success", "neutral", "skipped", "warning"})
PENDING = frozenset({"pending", "queued", "in_progress", "waiting", "requested"})
GRACE = timedelta(minutes=1)
"""How long a commit may be without any check, where no names say what must come: a server needs some seconds after a
push to begin one.
"""


def verdict(checks: Iterable[CommitCheck], names: Sequence[str] = ()) -> CiVerdict:
    """Of those with the names required, or of all. Whatever is neither passed nor pending has failed, an unknown word
    too; of several checks of one name all must pass.
    """
    found = tuple(checks)
    reported = tuple(dict.fromkeys(check.name for check in found))
    asked = [check for check in found if not names or check.name in names]
    missing = tuple(name for name in names if name not in reported)
    failed = tuple(check for check in asked if check.said not in PASSED | PENDING)
    pending = tuple(check for check in asked if check.said in PENDING)
    if failed:
        return CiVerdict(CiState.FAILED, failed, missing, reported)
    if not found and not names:
        return CiVerdict(CiState.NOTHING)
    if pending or missing:
        return CiVerdict(CiState.PENDING, pending, missing, reported)
    return CiVerdict(CiState.PASSED, tuple(asked), (), reported)


def patience(state: CiState, within: timedelta) -> timedelta:
    """How long after its beginning the gate waits for something better than this."""
    if state in (CiState.PASSED, CiState.FAILED):
        return timedelta(0)
    return min(within, GRACE) if state is CiState.NOTHING else within
