"""GetMetricData against moto, a process of its own, reached as any AWS: by AWS_ENDPOINT_URL."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.backends.aws_sessions import Sessions
from bot.backends.base import Value
from bot.backends.cloudwatch import CloudWatch, began
from bot.backends.meters import Meters
from bot.backends.prometheus import Prometheus
from bot.cloud import Account
from bot.questions.numbers import CloudMetric, PromQuery
from tests.backends.daemons import moto, reach

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOTHING = Value(None, "CloudWatch has no point")
FORBIDDEN = Value(None, "CloudWatch: this account may not read the metric", failed=True)
OWN_TROUBLE = Value(None, "CloudWatch had trouble of its own with this metric; trying again later", failed=True)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def sessions(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    reach(monkeypatch, endpoint, "eu-west-1")
    found = Sessions()
    yield found
    found.close()


@pytest.fixture
def cloudwatch(sessions: Sessions) -> CloudWatch:
    return CloudWatch(sessions)


def put(host: str, at: datetime, *values: float, metric: str = "Load", region: str = "eu-west-1") -> None:
    client = boto3.client("cloudwatch", region)
    for value in values:
        host_is = [{"Name": "Host", "Value": host}]
        data = {"MetricName": metric, "Dimensions": host_is, "Timestamp": at, "Value": value}
        client.put_metric_data(Namespace="Shop", MetricData=[data])  # type: ignore[list-item] # a plain dict does
    client.close()


def load(host: str, stat: str = "Average", metric: str = "Load", region: str | None = None) -> CloudMetric:
    return CloudMetric("Shop", metric, stat, (("Host", host),), MINUTE, Account(region))


@pytest.mark.parametrize(("stat", "number"), [("Average", 2.0), ("Sum", 6.0), ("Maximum", 3.0), ("SampleCount", 3.0)])
def test_a_period_that_is_over_gives_its_statistic(cloudwatch: CloudWatch, stat: str, number: float) -> None:
    put(f"one-{stat}", NOON + timedelta(seconds=20), 1.0, 2.0, 3.0)
    assert cloudwatch.read([load(f"one-{stat}", stat)], NOON + MINUTE) == [Value(number)]


@pytest.mark.parametrize("at", [NOON, NOON + timedelta(seconds=59), NOON + 2 * MINUTE])
def test_a_period_that_is_not_over_or_has_passed_is_not_taken_for_it(cloudwatch: CloudWatch, at: datetime) -> None:
    put("two", NOON + timedelta(seconds=20), 7.0)
    assert cloudwatch.read([load("two")], at) == [NOTHING]


def test_a_point_that_comes_late_is_there_when_it_is_asked_for_again(cloudwatch: CloudWatch) -> None:
    assert cloudwatch.read([load("late")], NOON + MINUTE) == [NOTHING]
    put("late", NOON + timedelta(seconds=59), 5.0)
    assert cloudwatch.read([load("late")], NOON + MINUTE) == [Value(5.0)]


def test_more_metrics_than_one_call_takes_keep_their_order(cloudwatch: CloudWatch) -> None:
    put("first", NOON, 1.0)
    put("last", NOON, 3.0)
    asked = [load("first"), *(load(f"none-{number}") for number in range(600)), load("last")]
    found = cloudwatch.read(asked, NOON + MINUTE)
    assert (found[0], found[-1]) == (Value(1.0), Value(3.0))
    assert set(found[1:-1]) == {NOTHING}


def test_periods_that_do_not_divide_each_other_have_their_own_points(cloudwatch: CloudWatch) -> None:
    """At 12:20 the newest two minutes began at 12:18, and five at 12:15, from where no two minutes are counted."""
    put("odd", NOON + 17 * MINUTE, 1.0)
    put("odd", NOON + 18 * MINUTE, 4.0)
    two, five = (
        CloudMetric("Shop", "Load", "Sum", (("Host", "odd"),), number * MINUTE, Account()) for number in (2, 5)
    )
    at = NOON + 20 * MINUTE
    assert cloudwatch.read([two, five], at) == [Value(4.0), Value(5.0)]
    back = cloudwatch.lately([two, five], at, 5 * MINUTE)
    assert back == [((NOON + 16 * MINUTE, 1.0), (NOON + 18 * MINUTE, 4.0)), ((NOON + 15 * MINUTE, 5.0),)]


@pytest.mark.parametrize("value", ["", " ", "web\u00e9", "x" * 1025])
def test_one_that_no_call_may_hold_stops_no_other(cloudwatch: CloudWatch, value: str) -> None:
    put("sound", NOON, 2.0)
    found = cloudwatch.read([load(value), load("sound")], NOON + MINUTE)
    assert found[1] == Value(2.0)
    assert (found[0].number, found[0].failed, found[0].lasting) == (None, True, True)
    assert found[0].trouble.startswith("CloudWatch cannot be asked: the dimension Host ")
    assert cloudwatch.lately([load(value)], NOON + MINUTE, MINUTE) == [found[0]]


def page(status: str, *numbers: float, after: str = "") -> dict[str, Any]:
    """An answer about the first metric asked for, over the minute that began at noon."""
    result = {"Id": "m0", "StatusCode": status, "Timestamps": [NOON] * len(numbers), "Values": list(numbers)}
    return {"MetricDataResults": [result], **({"NextToken": after} if after else {})}


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([page("Complete")], NOTHING),
        ([page("Forbidden")], FORBIDDEN),
        ([page("InternalError")], OWN_TROUBLE),
        ([page("PartialData", after="2"), page("Complete", 7.0)], Value(7.0)),
        ([page("InternalError", after="2"), page("Complete", 7.0)], Value(7.0)),
        ([page("InternalError", after="2"), page("Complete")], NOTHING),
        ([page("PartialData", 7.0, after="2"), page("InternalError")], Value(7.0)),
        ([page("Complete", float("nan"))], NOTHING),
    ],
)
def test_the_pages_of_an_answer_are_one(sessions: Sessions, pages: list[dict[str, Any]], told: Value) -> None:
    """What moto never says."""
    with Stubber(sessions.client("cloudwatch", Account("eu-west-1"))) as stub:
        for one in pages:
            stub.add_response("get_metric_data", one)
        assert CloudWatch(sessions).read([load("web1", region="eu-west-1")], NOON + MINUTE) == [told]
        stub.assert_no_pending_responses()


@pytest.fixture
def madrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process's own time zone: there an hour comes twice on 25 October 2026, from 00:00 to 02:00 in UTC."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Europe/Madrid")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("minutes", [30, 90])
def test_an_hour_that_comes_twice_where_the_bot_runs_loses_no_point(
    madrid: None, cloudwatch: CloudWatch, minutes: int
) -> None:
    at = datetime(2026, 10, 25, tzinfo=UTC) + minutes * MINUTE
    put("twice", at, 7.0)
    assert cloudwatch.read([load("twice")], at + MINUTE) == [Value(7.0)]
    assert cloudwatch.lately([load("twice")], at + MINUTE, 5 * MINUTE) == [((at, 7.0),)]


def test_each_region_is_asked_by_itself(cloudwatch: CloudWatch) -> None:
    put("far", NOON, 9.0, region="us-east-1")
    asked = [load("far"), load("far", region="us-east-1")]
    assert cloudwatch.read(asked, NOON + MINUTE) == [NOTHING, Value(9.0)]


def test_periods_of_different_lengths_stand_in_one_call(cloudwatch: CloudWatch) -> None:
    put("long", NOON, 4.0)
    put("long", NOON + 4 * MINUTE, 8.0)
    five = CloudMetric("Shop", "Load", "Sum", (("Host", "long"),), 5 * MINUTE)
    assert cloudwatch.read([five, load("long", "Sum")], NOON + 5 * MINUTE) == [Value(12.0), Value(8.0)]


@pytest.mark.parametrize(
    ("name", "value", "trouble"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "CloudWatch: Could not connect to the endpoint URL"),
        ("AWS_ENDPOINT_URL", "not an address", "CloudWatch: Invalid endpoint"),
        ("AWS_DEFAULT_REGION", None, "CloudWatch: no region is known: set `region` in the fleet file"),
    ],
)
def test_what_keeps_it_from_asking_is_said(
    cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, trouble: str
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv(name)
    if value:
        monkeypatch.setenv(name, value)
    found = cloudwatch.read([load("web1"), load("web2")], NOON)
    assert len(found) == 2
    assert all(one.failed and one.trouble.startswith(trouble) for one in found), found


@pytest.mark.parametrize(
    ("at", "period", "begin"),
    [
        (NOON, MINUTE, NOON - MINUTE),
        (NOON + timedelta(seconds=59), MINUTE, NOON - MINUTE),
        (NOON + 7 * MINUTE, 5 * MINUTE, NOON),
        (NOON + timedelta(seconds=14), timedelta(seconds=10), NOON),
    ],
)
def test_the_newest_whole_period_that_is_over(at: datetime, period: timedelta, begin: datetime) -> None:
    assert began(at, period) == begin


def test_each_question_goes_where_its_number_is_kept(cloudwatch: CloudWatch) -> None:
    put("both", NOON, 2.0)
    meters = Meters(Prometheus(), cloudwatch)
    found = meters.read([load("both"), PromQuery("up"), load("neither")], NOON + MINUTE)
    assert found[0] == Value(2.0)
    assert found[1].trouble.startswith("no Prometheus is named")
    assert found[2] == NOTHING
    assert meters.read([], NOON) == []
