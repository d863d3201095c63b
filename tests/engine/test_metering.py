"""A canary's metrics: what is asked when, what is kept, and how the deploy goes on."""

import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.base import Value
from bot.engine.metering import Compared, Metering, aligned
from bot.evidence import Reading
from bot.fleet import Fleet
from bot.model import DeployState, StageState
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery
from bot.records import Approval, Deploy
from tests.building import TARGET, fleet_of, names, said
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

MINUTE = timedelta(minutes=1)
NOTHING = Value(None, "the query returned nothing")
CPU = {"name": "cpu", "prometheus": "cpu{h='{name}',s='{service}',e='{environment}'}", "unit": "%"}
LOAD = {"name": "load", "cloudwatch": {"namespace": "n", "metric": "m", "dimensions": {"Host": "{host}"}}}
COUNTS: dict[str, Any] = {
    "name": "failures",
    "counts": {"errors": "bad{h='{name}'}[{every}]", "requests": "all{h='{name}'}[{every}]", "sparse": True},
}


def measuring(*metrics: dict[str, Any], bake: str = "25m") -> Fleet:
    analysis = {"metrics": list(metrics), "ask": "2500ms"}
    return fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "canary", "bake": bake, "analysis": analysis}))


@pytest.fixture
def measured(standing: Line) -> Iterator[Line]:
    """1.4.1 on four hosts; from now on a canary's CPU is compared for 25 minutes."""
    standing.fleet = measuring(CPU)
    standing.gauges.answer = gauge()
    yield standing
    standing.clock.still = False


def gauge(**canary: Value) -> Callable[[MetricQuestion, datetime], Value]:
    """About 40 on every host, or what is said of one by its name."""

    def answer(question: MetricQuestion, at: datetime) -> Value:
        text = question.query if isinstance(question, PromQuery) else str(question.dimensions)
        told = [value for name, value in canary.items() if name in text]
        noise = zlib.crc32(f"{text} {at.minute}".encode()) % 7 / 10
        if told:
            return told[0] if told[0].number is None else Value(told[0].number + noise)
        return Value(40.0 + noise)

    return answer


def watched(line: Line, deploy: Deploy) -> tuple[StageState, str]:
    stage = line.view(deploy).stages[2]
    return stage.state, stage.detail


def test_a_canary_whose_metric_is_as_the_old_releases_goes_on_by_itself(measured: Line) -> None:
    deploy = measured.deploy("1.5.0")
    assert deploy.state is DeployState.SUCCEEDED
    state, detail = watched(measured, deploy)
    assert state is StageState.COMPLETE
    assert detail.startswith("no worse than the old release · errors 0 % vs 0 %")
    assert " · cpu 40" in detail
    assert detail.endswith("(n 24 vs 72)")


def test_a_canary_whose_metric_is_worse_goes_back_though_it_is_healthy(measured: Line) -> None:
    measured.gauges.answer = gauge(web1=Value(60.0))
    deploy = measured.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert measured.runs() == ["1.4.1"] * 4
    assert deploy.reason.startswith("Watching 25 min: cpu is worse than the old release's · errors 0 % vs 0 %")
    assert " % vs 40" in deploy.reason
    assert ", +2" in deploy.reason


def test_a_metric_beyond_its_hard_limit_ends_it_after_three_intervals(measured: Line) -> None:
    measured.fleet = measuring({**CPU, "most": 90})
    measured.gauges.answer = gauge(web1=Value(95.0))
    deploy = measured.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert "cpu of a canary host was beyond its limit in too many intervals" in deploy.reason
    stage = measured.view(deploy).stages[2]
    assert stage.started_at
    assert stage.finished_at
    assert timedelta(minutes=3) <= stage.finished_at - stage.started_at <= timedelta(minutes=4, seconds=5)


def test_a_metric_that_goes_away_meanwhile_is_a_question_that_says_so(measured: Line) -> None:
    measured.gauges.answer = lambda _question, _at: NOTHING
    deploy = measured.begin("1.5.0")
    asked(measured, deploy)
    state, detail = watched(measured, deploy)
    assert state is StageState.COMPLETE
    assert detail.startswith("inconclusive: cpu tells nothing of the canary in too many intervals: the query returned")
    assert "nothing for web1, web2, web3 and others" in detail
    measured.approvals.abort("U0BEN", f"{deploy.id}:3:{deploy.plan_hash}")
    assert measured.ended(deploy.id).state is DeployState.ROLLED_BACK


def test_a_source_that_cannot_be_asked_is_a_question_too(measured: Line) -> None:
    measured.gauges.answer = lambda _question, _at: Value(None, "Prometheus could not be reached", failed=True)
    deploy = measured.begin("1.5.0")
    asked(measured, deploy)
    assert (
        "inconclusive: cpu could not be read: Prometheus could not be reached for web1" in watched(measured, deploy)[1]
    )


def asked(line: Line, deploy: Deploy) -> Approval:
    found = eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=60)
    line.clock.still = True  # or the deadline would pass before anybody could click
    assert found is not None
    return found


def test_while_it_bakes_the_message_shows_the_metric(measured: Line) -> None:
    reached, opened = threading.Event(), threading.Event()
    answer = gauge()

    def wait_at_twelve(question: MetricQuestion, at: datetime) -> Value:
        if len(measured.gauges.asked) > 3 + 48 and not opened.is_set():
            reached.set()
            assert opened.wait(60)
        return answer(question, at)

    measured.gauges.answer = wait_at_twelve
    deploy = measured.begin("1.5.0")
    assert reached.wait(60)
    measured.journal.refresh()
    assert "(n 12 vs 36) · " in said(measured.blocks(f"deploy:{deploy.id}"))
    opened.set()
    measured.ended(deploy.id)


SINCE = datetime(2026, 11, 20, 14, 0, 20, tzinfo=UTC)
FIRST = datetime(2026, 11, 20, 14, 1, tzinfo=UTC)


@pytest.fixture
def baking(tmp_path: Path) -> Iterator[Line]:
    with line_on(tmp_path, measuring(CPU)) as made:
        made.gauges.answer = gauge()
        yield made


def catch_up(baking: Line, after: float, halted: Callable[[], bool] = lambda: False) -> tuple[Reading, ...]:
    """What is kept `after` so many minutes, of web1 beside web2."""
    looks = baking.journal.looks
    compared = Compared(41, 2, ["web1"], ["web2"], SINCE)
    Metering(baking.gauges, looks).catch_up(baking.sites.place(TARGET), compared, SINCE + after * MINUTE, halted)
    return looks.readings.of(41, 2)


@pytest.mark.parametrize("after", [0, 1, 1.6])
def test_the_interval_in_which_the_canary_began_is_left_out(baking: Line, after: float) -> None:
    assert catch_up(baking, after) == ()
    assert baking.gauges.asked == []


def test_each_interval_is_asked_once_at_its_own_end_with_the_hosts_names(baking: Line) -> None:
    catch_up(baking, 1.7)
    found = catch_up(baking, 1.9)
    assert [(one.number, one.host, one.canary) for one in found] == [(0, "web1", True), (0, "web2", False)]
    query = "cpu{{h='{}',s='shop',e='production'}}"
    assert baking.gauges.asked == [(FIRST + MINUTE, PromQuery(query.format(host))) for host in ("web1", "web2")]


def test_intervals_that_ended_while_nobody_asked_are_asked_for_at_their_own_time(baking: Line) -> None:
    catch_up(baking, 2)
    found = catch_up(baking, 6)
    assert [one.number for one in found if one.canary] == [0, 1, 2, 3, 4]
    assert [at for at, _ in baking.gauges.asked[::2]] == [FIRST + number * MINUTE for number in (1, 2, 3, 4, 5)]


def test_points_of_cloudwatch_that_come_late_are_taken(baking: Line) -> None:
    baking.fleet = measuring(LOAD)
    baking.gauges.answer = lambda _question, _at: NOTHING
    assert [one.value for one in catch_up(baking, 2)] == [None, None]
    baking.gauges.answer = gauge()
    assert None not in [one.value for one in catch_up(baking, 4)]
    assert len(baking.gauges.asked) == 2 + 6
    question = baking.gauges.asked[0][1]
    assert question == CloudMetric("n", "m", "Average", (("Host", "10.0.0.5"),), MINUTE)


@pytest.mark.parametrize(
    ("bad", "all_", "value", "requests", "trouble"),
    [
        (Value(2.0), Value(100.0), 2.0, 100.0, ""),
        (NOTHING, Value(100.0), 0.0, 100.0, ""),  # sparse: no point means none
        (Value(2.0), NOTHING, None, None, "the query returned nothing"),
        (NOTHING, NOTHING, None, None, "the query returned nothing"),
        (Value(None, "broken", failed=True), Value(100.0), None, None, "broken"),
    ],
)
def test_counts_are_two_questions_and_one_reading(
    baking: Line, bad: Value, all_: Value, value: float | None, requests: float | None, trouble: str
) -> None:
    baking.fleet = measuring(COUNTS)
    baking.gauges.answer = lambda question, _at: bad if "bad" in str(question) else all_
    reading = catch_up(baking, 2)[0]
    assert (reading.value, reading.requests, reading.trouble) == (value, requests, trouble)
    assert reading.failed is bad.failed


def test_errors_that_are_not_said_to_be_sparse_are_unknown_without_a_point(baking: Line) -> None:
    pair = {key: value for key, value in COUNTS["counts"].items() if key != "sparse"}
    baking.fleet = measuring({**COUNTS, "counts": pair})
    baking.gauges.answer = lambda question, _at: NOTHING if "bad" in str(question) else Value(100.0)
    assert catch_up(baking, 2)[0].value is None


def test_a_source_that_hangs_does_not_hold_up_an_abort(baking: Line) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def hang(_question: MetricQuestion, _at: datetime) -> Value:
        asked.set()
        let_go.wait(60)
        return NOTHING

    baking.gauges.answer = hang
    assert catch_up(baking, 2, halted=asked.is_set) == ()
    let_go.set()


@pytest.mark.parametrize(
    ("since", "every", "first"),
    [
        (SINCE, MINUTE, FIRST),
        (FIRST, MINUTE, FIRST),
        (SINCE, timedelta(seconds=30), FIRST - timedelta(seconds=30)),
        (SINCE, timedelta(minutes=5), datetime(2026, 11, 20, 14, 5, tzinfo=UTC)),
    ],
)
def test_intervals_begin_at_whole_multiples_of_their_length(since: datetime, every: timedelta, first: datetime) -> None:
    assert aligned(since, every) == first
