from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import DeployState, HostState, Release, Stage, StageState, Step
from bot.plan.hosts import Landing, beside, first_error, judged, landed, outcome, restored, to_roll_back
from bot.records import HostLine
from tests.building import healthy, release, seconds

NEW, OLD, OLDER = release("1.5.0"), release("1.4.1"), release("1.4.0")
WEB1 = HostLine("web1", 0, HostState.CHANGING, Step.TEST, before=OLD.sha)


def line(state: HostState, host: str = "web1", before: str | None = OLD.sha, detail: str = "") -> HostLine:
    return HostLine(host, 0, state, before=before, detail=detail)


def stage(state: StageState, name: str = "Batch 1 of 2", detail: str = "") -> Stage:
    return Stage(1, name, state, detail)


def test_a_landing_is_written_over_the_line_and_what_stood_there_before_is_kept() -> None:
    failed = Landing(HostState.UNCHANGED, Step.TEST, "test ended with status 1", "AssertionError")
    after = landed(WEB1, failed)
    assert after == replace(
        WEB1, state=HostState.UNCHANGED, step=Step.TEST, detail="test ended with status 1", tail="AssertionError"
    )
    assert landed(after, Landing(HostState.NEW)) == replace(WEB1, state=HostState.NEW, step=None)


def test_the_gate_makes_a_host_healthy_or_says_why_not() -> None:
    new = line(HostState.NEW)
    assert judged(new, True, seconds(3.2), "") == replace(
        new, state=HostState.HEALTHY, healthy_after=seconds(3.2), detail=""
    )
    assert judged(new, False, seconds(0), "answered 503 after 30 s") == replace(
        new, state=HostState.UNHEALTHY, detail="answered 503 after 30 s"
    )


@pytest.mark.parametrize(
    ("tried", "state", "detail"),
    [
        (HostState.HEALTHY, HostState.RESTORED, "answered 503"),
        (HostState.UNHEALTHY, HostState.UNKNOWN, "answered 503; going back: it broke"),  # switched back, and not well
        (HostState.UNKNOWN, HostState.UNKNOWN, "answered 503; going back: it broke"),
        (HostState.UNCHANGED, HostState.UNHEALTHY, "answered 503; going back: it broke"),  # the new one runs on
    ],
)
def test_going_back_restores_a_host_or_says_so_beside_what_failed_first(
    tried: HostState, state: HostState, detail: str
) -> None:
    failed = line(HostState.UNHEALTHY, detail="answered 503")
    attempt = line(tried, detail="it broke")
    assert restored(failed, attempt) == replace(failed, state=state, detail=detail)


@pytest.mark.parametrize(
    ("state", "after", "detail"),
    [
        (HostState.HEALTHY, HostState.READY, ""),
        (HostState.UNHEALTHY, HostState.UNCHANGED, "beside the old release: answered 503"),
        (HostState.SKIPPED, HostState.SKIPPED, "answered 503"),
        (HostState.UNCHANGED, HostState.UNCHANGED, "answered 503"),
    ],
)
def test_what_is_not_switched_to_leaves_the_old_release_as_it_is(
    state: HostState, after: HostState, detail: str
) -> None:
    seen = line(state, detail="" if state is HostState.HEALTHY else "answered 503")
    assert beside(seen) == replace(seen, state=after, detail=detail)


def test_a_host_that_was_well_and_could_not_be_brought_back_says_only_that() -> None:
    after = restored(healthy("web1"), line(HostState.UNKNOWN, detail="no connection"))
    assert (after.state, after.detail) == (HostState.UNKNOWN, "going back: no connection")


@pytest.mark.parametrize(("detail", "step"), [("", None), ("answered 503", Step.RESTART)])
def test_only_a_host_that_failed_has_a_step_to_name(detail: str, step: Step | None) -> None:
    """After a crash on the way back the line holds a step of that way."""
    back = HostLine("web1", 0, HostState.CHANGING, Step.RESTART, detail=detail)
    assert restored(back, healthy("web1")).step is step
    assert restored(back, line(HostState.UNKNOWN, detail="no connection")).step is step


def test_going_back_once_more_after_a_crash_does_not_say_it_twice() -> None:
    failed = line(HostState.UNHEALTHY, detail="answered 503")
    attempt = line(HostState.UNKNOWN, detail="no connection")
    once = restored(failed, attempt)
    assert restored(once, attempt) == once
    alone = restored(healthy("web1"), attempt)
    assert restored(alone, attempt) == alone


@pytest.mark.parametrize(
    ("state", "goes"),
    [
        (HostState.WAITING, False),
        (HostState.UNCHANGED, False),
        (HostState.RESTORED, False),
        (HostState.CHANGING, True),
        (HostState.NEW, True),
        (HostState.HEALTHY, True),
        (HostState.UNHEALTHY, True),
        (HostState.UNKNOWN, True),
    ],
)
def test_every_host_that_may_run_the_new_release_goes_back(state: HostState, goes: bool) -> None:
    assert to_roll_back([line(state)], NEW.sha, OLD) == ({OLD.sha: ["web1"]} if goes else {})


@pytest.mark.parametrize(
    ("fallback", "befores", "wanted"),
    [
        (OLD, [OLD.sha, OLDER.sha, None], {OLD.sha: ["a", "b", "c"]}),  # what fully succeeded, not the previous one
        (None, [OLD.sha, OLDER.sha, OLD.sha], {OLD.sha: ["a", "c"], OLDER.sha: ["b"]}),
        (None, [OLD.sha, None, NEW.sha], {OLD.sha: ["a"]}),  # nothing else to go back to
        (NEW, [OLD.sha, OLD.sha, OLD.sha], {}),  # the same release once more
        (None, [None, None, None], {}),
    ],
)
def test_where_hosts_go_back_to(
    fallback: Release | None, befores: list[str | None], wanted: dict[str, list[str]]
) -> None:
    lines = [line(HostState.HEALTHY, host, before) for host, before in zip("abc", befores, strict=True)]
    assert to_roll_back(lines, NEW.sha, fallback) == wanted


@given(
    st.lists(st.tuples(st.sampled_from(HostState), st.sampled_from([None, NEW.sha, OLD.sha, OLDER.sha])), max_size=9)
)
def test_no_host_is_ever_brought_back_to_the_release_that_failed(hosts: list[tuple[HostState, str | None]]) -> None:
    lines = [line(state, f"web{number}", before) for number, (state, before) in enumerate(hosts)]
    for fallback in (None, NEW, OLD):
        wanted = to_roll_back(lines, NEW.sha, fallback)
        assert NEW.sha not in wanted
        going = [host for group in wanted.values() for host in group]
        assert len(going) == len(set(going))


COMPLETE, ERROR, PENDING = StageState.COMPLETE, StageState.ERROR, StageState.PENDING
FINE, BACK, WAITS, BROKEN = HostState.HEALTHY, HostState.RESTORED, HostState.WAITING, HostState.UNHEALTHY


@pytest.mark.parametrize(
    ("stages", "hosts", "state"),
    [
        ([COMPLETE, COMPLETE], [FINE, FINE], DeployState.SUCCEEDED),
        ([COMPLETE, ERROR], [BACK, WAITS], DeployState.ROLLED_BACK),
        ([COMPLETE, ERROR, COMPLETE], [BACK, HostState.UNCHANGED], DeployState.ROLLED_BACK),
        ([COMPLETE, ERROR], [BACK, BROKEN], DeployState.FAILED),
        ([COMPLETE, ERROR], [BACK, HostState.UNKNOWN], DeployState.FAILED),
        ([COMPLETE, ERROR], [FINE, WAITS], DeployState.FAILED),  # nothing to go back to
        ([ERROR, PENDING], [WAITS, WAITS], DeployState.FAILED),  # nothing was changed
        ([COMPLETE, ERROR], [HostState.UNCHANGED, WAITS], DeployState.FAILED),
        ([COMPLETE, PENDING], [FINE, WAITS], DeployState.FAILED),  # given up in between
        ([PENDING], [], DeployState.FAILED),
    ],
)
def test_stages_and_hosts_together_say_how_it_ended(
    stages: list[StageState], hosts: list[HostState], state: DeployState
) -> None:
    assert outcome([stage(one) for one in stages], [line(one) for one in hosts]) is state


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ([stage(COMPLETE)], ""),
        ([stage(COMPLETE), stage(ERROR, detail="web2: fetch ended with 1")], "Batch 1 of 2: web2: fetch ended with 1"),
        ([stage(ERROR, "Preflight", "web1: full"), stage(ERROR, detail="later")], "Preflight: web1: full"),
    ],
)
def test_the_first_error_is_the_reason(stages: list[Stage], reason: str) -> None:
    assert first_error(stages) == reason
