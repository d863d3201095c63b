from datetime import timedelta

import pytest

from bot.ci import CiState, CiVerdict, CommitCheck
from bot.plan.ci import PASSED, PENDING, patience, verdict

BUILD, TEST = CommitCheck("build", "success", "https://ci/1"), CommitCheck("test", "success")
SLOW, RED = CommitCheck("slow", "in_progress"), CommitCheck("red", "failure", "https://ci/2")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("said", ["success", "neutral", "skipped", "warning"])
def test_what_counts_as_passed(said: str) -> None:
    assert said in PASSED
    assert verdict([CommitCheck("build", said)]).state is CiState.PASSED


@pytest.mark.parametrize("said", ["pending", "queued", "in_progress", "waiting", "requested"])
def test_what_is_waited_for(said: str) -> None:
    assert said in PENDING
    assert verdict([CommitCheck("build", said)]).state is CiState.PENDING


@pytest.mark.parametrize(
    "said",
    [
        "failure",
        "error",
        "cancelled",
        "timed_out",
        "action_required",
        "stale",
        "startup_failure",
        "completed",
        "",
        "SUCCESS",
    ],
)
def test_whatever_else_a_server_says_has_failed(said: str) -> None:
    assert verdict([CommitCheck("build", said)]).state is CiState.FAILED


ALL = ("build", "test", "slow", "red")


@pytest.mark.parametrize(
    ("checks", "names", "outcome"),
    [
        ([], (), CiVerdict(CiState.NOTHING)),
        ([], ("build",), CiVerdict(CiState.PENDING, (), ("build",))),
        ([BUILD, TEST], (), CiVerdict(CiState.PASSED, (BUILD, TEST), (), ("build", "test"))),
        ([BUILD, TEST], ("test",), CiVerdict(CiState.PASSED, (TEST,), (), ("build", "test"))),
        ([BUILD, SLOW], (), CiVerdict(CiState.PENDING, (SLOW,), (), ("build", "slow"))),
        ([BUILD, SLOW], ("build",), CiVerdict(CiState.PASSED, (BUILD,), (), ("build", "slow"))),
        ([BUILD], ("build", "lint"), CiVerdict(CiState.PENDING, (), ("lint",), ("build",))),
        ([BUILD, RED], ("build",), CiVerdict(CiState.PASSED, (BUILD,), (), ("build", "red"))),  # nobody asked for red
        # what has failed is not waited for, whatever else still runs or is to come
        ([BUILD, TEST, SLOW, RED], (), CiVerdict(CiState.FAILED, (RED,), (), ALL)),
        ([RED], ("red", "lint"), CiVerdict(CiState.FAILED, (RED,), ("lint",), ("red",))),
        # of several checks of one name all must pass
        (
            [BUILD, CommitCheck("build", "failure")],
            ("build",),
            CiVerdict(CiState.FAILED, (CommitCheck("build", "failure"),), (), ("build",)),
        ),
    ],
)
def test_what_the_checks_together_mean(checks: list[CommitCheck], names: tuple[str, ...], outcome: CiVerdict) -> None:
    assert verdict(checks, names) == outcome


@pytest.mark.parametrize(
    ("state", "within", "wait"),
    [
        (CiState.PASSED, 10 * MINUTE, 0 * MINUTE),
        (CiState.FAILED, 10 * MINUTE, 0 * MINUTE),
        (CiState.PENDING, 10 * MINUTE, 10 * MINUTE),
        (CiState.UNREADABLE, 10 * MINUTE, 10 * MINUTE),
        (CiState.NOTHING, 10 * MINUTE, MINUTE),
        (CiState.NOTHING, MINUTE / 2, MINUTE / 2),
    ],
)
def test_how_long_something_better_is_waited_for(state: CiState, within: timedelta, wait: timedelta) -> None:
    assert patience(state, within) == wait
