"""What CI says of a commit: its check runs and statuses as they were read, and what they come to."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CommitCheck:
    """One check run or status. `said` is the server's own word: `success`, `in_progress`, `timed_out`, …; `url` is its
    page, empty when it has none.
    """

    name: str
    said: str
    url: str = ""


class CiState(StrEnum):
    PASSED = "passed"
    PENDING = "pending"  # some still run, or have not reported yet
    FAILED = "failed"
    NOTHING = "nothing"  # no check at all has reported
    UNREADABLE = "unreadable"  # for the moment; what will not pass by itself is an error


@dataclass(frozen=True, slots=True)
class CiVerdict:
    """`checks` are those that make it so: all that passed, those that failed, or those that still run.

    `missing` are names that are required and have not reported, `reported` the names of all that have. `detail` says
    why nothing could be read, `again` how long the server asks to be left alone.
    """

    state: CiState
    checks: tuple[CommitCheck, ...] = ()
    missing: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    detail: str = ""
    again: timedelta = timedelta(0)
