"""A metric that does not exist is said before anything moves; one that is only away for the moment holds up nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.backends.base import Value
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.preview import Preview
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric, PromQuery
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import TARGET
from tests.engine.line import Line
from tests.engine.test_metering import COUNTS, CPU, gauge, measuring

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


QUIET = Value(None, "CloudWatch has no point")
NOT_THERE = Kept("eu-west-1", names=("Loads",))
DENIED = Kept(trouble="CloudWatch: AWS does not allow cloudwatch:ListMetrics: add it")
LACKING = (
    "load: CloudWatch in eu-west-1 had no Shop Load in the last two weeks (did you mean Loads?) for web2, web3, web4"
)


def cloudwatch(metric: str = "Load", stat: str = "Average") -> dict[str, Any]:
    return {"namespace": "Shop", "metric": metric, "stat": stat, "dimensions": {"Host": "{host}"}}


def compared(name: str = "load", **of: str) -> dict[str, Any]:
    return {"name": name, "cloudwatch": cloudwatch(**of)}


def planned(line: Line) -> Preview:
    seen = line.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(seen, Preview)
    return seen


@pytest.fixture
def quiet(measured: Line) -> Line:
    """CloudWatch has no point for the load that is compared from now on."""
    measured.fleet = measuring(compared())
    measured.gauges.answer = everything(QUIET)
    return measured


def test_points_of_cloudwatch_that_are_not_there_yet_prove_nothing(quiet: Line) -> None:
    """There a metric without a point may be one that has none when all is quiet: it is looked for by its name."""
    seen = planned(quiet)
    assert (seen.unmeasurable, seen.unasked) == ((), ())
    begun = quiet.begin("1.5.0")
    quiet.moves.abort("U0BEN", str(begun.id))
    quiet.ended(begun.id)


def test_a_metric_that_cloudwatch_never_had_is_refused(quiet: Line) -> None:
    quiet.gauges.listed = lambda _metrics: NOT_THERE
    assert planned(quiet).unmeasurable == (LACKING,)
    found = refused(quiet)
    assert (found.reason, found.known) == (Reason.UNMEASURABLE, (LACKING,))


def test_one_list_is_read_for_all_hosts_and_all_that_asks_under_one_name(quiet: Line) -> None:
    quiet.fleet = measuring(compared(), compared("tail", stat="p99"), compared("other", metric="Queue"))
    planned(quiet)
    assert [{one.metric for one in asked} for asked in quiet.gauges.sought] == [{"Load"}, {"Queue"}]
    assert len(quiet.gauges.sought[0]) == 3 * 2


@pytest.mark.parametrize("having", [1, 3])
def test_what_one_of_the_old_hosts_has_is_not_looked_for(quiet: Line, having: int) -> None:
    address = quiet.fleet.hosts(TARGET)[having].address
    quiet.gauges.answer = lambda question, _at: Value(1.0) if address in str(question) else QUIET
    quiet.gauges.listed = lambda _metrics: NOT_THERE
    assert planned(quiet).unmeasurable == ()
    assert quiet.gauges.sought == []


def test_a_metric_that_is_held_to_its_limits_only_is_not_looked_for(quiet: Line) -> None:
    quiet.fleet = measuring({**compared(), "compare": False, "most": 1})
    quiet.gauges.listed = lambda _metrics: NOT_THERE
    assert planned(quiet).unmeasurable == ()
    assert quiet.gauges.sought == []


def test_one_host_whose_metric_is_only_quiet_is_enough(quiet: Line) -> None:
    first = quiet.fleet.hosts(TARGET)[1].address
    quiet.gauges.listed = lambda _metrics: Kept("eu-west-1", frozenset({(("Host", first),)}))
    assert planned(quiet).unmeasurable == ()


def test_a_list_that_cannot_be_read_stops_no_deploy_and_the_plan_says_so(quiet: Line) -> None:
    quiet.fleet = measuring(compared(), compared("other", metric="Queue"))
    quiet.gauges.listed = lambda _metrics: DENIED
    seen = planned(quiet)
    assert seen.unmeasurable == ()
    assert seen.unasked == tuple(f"{name}: {DENIED.trouble} for web2, web3, web4" for name in ("load", "other"))
    assert len(quiet.gauges.sought) == 1, "an account that gave no list is not asked for another"
    begun = quiet.begin("1.5.0")
    quiet.moves.abort("U0BEN", str(begun.id))
    quiet.ended(begun.id)


def test_a_source_that_is_away_now_is_said_in_the_plan(measured: Line) -> None:
    measured.gauges.answer = everything(AWAY)
    assert planned(measured).unasked == ("cpu: Prometheus could not be reached for web2, web3, web4",)


def test_points_that_come_late_are_asked_for_when_they_must_have_come(quiet: Line) -> None:
    quiet.fleet = measuring(compared(), CPU)
    quiet.gauges.asked.clear()
    planned(quiet)
    ages = {type(question): quiet.clock.now() - at for at, question in quiet.gauges.asked}
    assert ages == {CloudMetric: timedelta(minutes=2), PromQuery: timedelta(0)}


@pytest.mark.parametrize(
    ("errors", "requests", "sparse", "lacking"),
    [
        ("Load", "Queue", False, 1),
        ("Queue", "Load", False, 1),
        ("Queue", "Queue", False, 0),
        ("Load", "Queue", True, 0),
    ],
)
def test_either_of_two_counts_that_is_not_there_is_refused(
    quiet: Line, errors: str, requests: str, sparse: bool, lacking: int
) -> None:
    """Of sparse errors there may have been none in two weeks."""
    two = {"errors": {"cloudwatch": cloudwatch(errors, "Sum")}, "requests": {"cloudwatch": cloudwatch(requests, "Sum")}}
    quiet.fleet = measuring({"name": "failures", "counts": {**two, "sparse": sparse}})
    quiet.gauges.listed = lambda asked: (
        NOT_THERE if asked[0].metric == "Load" else Kept(series=frozenset(one.dimensions for one in asked))
    )
    assert len(planned(quiet).unmeasurable) == lacking
