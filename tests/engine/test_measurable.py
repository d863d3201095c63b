"""A metric that does not exist is said before anything moves; one that is only away for the moment holds up nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bot.backends.base import Value
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.preview import Preview
from bot.questions.numbers import CloudMetric, MetricQuestion
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.engine.line import Line
from tests.engine.test_metering import COUNTS, CPU, LOAD, gauge, measuring

GONE = Value(None, "the query returned nothing", lasting=True)
NONSENSE = Value(None, "Prometheus answered 400: parse error", failed=True, lasting=True)
AWAY = Value(None, "Prometheus could not be reached", failed=True)


@pytest.fixture
def measured(standing: Line) -> Iterator[Line]:
    """1.4.1 on four hosts; from now on a canary's CPU is compared."""
    standing.fleet = measuring(CPU)
    standing.gauges.answer = gauge()
    yield standing
    standing.clock.still = False


def everything(value: Value) -> Any:
    return lambda _question, _at: value


def refused(line: Line, **manner: Any) -> Refusal:
    found = line.desk.ask("U0ANA", DeployTo("shop", "production", "1.5.0", **manner))
    assert isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (GONE, "cpu: the query returned nothing for web2, web3, web4"),
        (NONSENSE, "cpu: Prometheus answered 400: parse error for web2, web3, web4"),
    ],
)
def test_it_is_refused_before_anything_is_written(measured: Line, value: Value, said: str) -> None:
    measured.gauges.answer = everything(value)
    before = measured.messages()
    found = refused(measured)
    assert (found.reason, found.known) == (Reason.UNMEASURABLE, (said,))
    assert measured.messages() == before
    assert [one.release.name for one in measured.journal.deploys.recent(5)] == ["1.4.1"]


def test_the_plan_shows_it_too(measured: Line) -> None:
    measured.gauges.answer = everything(GONE)
    seen = measured.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(seen, Preview)
    assert seen.unmeasurable == ("cpu: the query returned nothing for web2, web3, web4",)
    measured.gauges.answer = gauge()
    again = measured.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(again, Preview)
    assert again.unmeasurable == ()


def test_force_does_not_make_it_measurable(measured: Line) -> None:
    measured.gauges.answer = everything(GONE)
    assert refused(measured, force="it is urgent").reason is Reason.UNMEASURABLE


@pytest.mark.parametrize("manner", [{"now": True}, {"strategy": "rolling"}, {"hosts": ("web2",)}])
def test_what_watches_no_canary_asks_for_no_metric(measured: Line, manner: dict[str, Any]) -> None:
    measured.gauges.answer = everything(GONE)
    begun = measured.desk.ask("U0ANA", DeployTo("shop", "production", "1.5.0", **manner))
    assert isinstance(begun, Deploy)
    assert measured.ended(begun.id).state is DeployState.SUCCEEDED
    assert measured.gauges.asked == []


def test_a_source_that_is_away_now_stops_nothing_before_it_begins(measured: Line) -> None:
    measured.gauges.answer = everything(AWAY)
    begun = measured.begin("1.5.0")
    measured.moves.abort("U0BEN", str(begun.id))
    measured.ended(begun.id)


def test_a_first_deploy_has_nothing_to_compare_with(line: Line) -> None:
    line.fleet = measuring(CPU)
    line.gauges.answer = everything(GONE)
    begun = line.begin("1.5.0")
    asked = [question for _, question in line.gauges.asked]
    line.moves.abort("U0BEN", str(begun.id))
    line.ended(begun.id)
    assert asked == []


def test_only_hosts_that_keep_the_old_release_are_asked(measured: Line) -> None:
    measured.previews.of(DeployTo("shop", "production", "1.5.0"))
    hosts = [str(question).split("h='")[1].split("'")[0] for _, question in measured.gauges.asked]
    assert hosts == ["web2", "web3", "web4"]


@pytest.mark.parametrize(("sparse", "lacking"), [(True, 0), (False, 1)])
def test_errors_that_are_sparse_need_no_point_as_long_as_there_are_requests(
    measured: Line, sparse: bool, lacking: int
) -> None:
    measured.fleet = measuring({**COUNTS, "counts": {**COUNTS["counts"], "sparse": sparse}})
    measured.gauges.answer = lambda question, _at: GONE if "bad" in str(question) else Value(100.0)
    seen = measured.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(seen, Preview)
    assert len(seen.unmeasurable) == lacking


def test_points_of_cloudwatch_that_are_not_there_yet_prove_nothing(measured: Line) -> None:
    """There a metric without a point may be one that has none when all is quiet."""
    measured.fleet = measuring(LOAD)

    def quiet(question: MetricQuestion, _at: datetime) -> Value:
        assert isinstance(question, CloudMetric)
        return Value(None, "CloudWatch has no point")

    measured.gauges.answer = quiet
    seen = measured.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(seen, Preview)
    assert seen.unmeasurable == ()
