"""Figures and dashboards that are put, against moto as a process of its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch_out import CloudWatchOut, put_dashboard, region_of
from bot.cloud import HERE, Account
from bot.errors import CloudAway, CloudRefused
from bot.figures import Figure
from tests.backends.daemons import moto, reach

NOW = datetime.now(UTC).replace(microsecond=0)
HERE_NAMES = (("Service", "shop"),)
BODY = {"widgets": [{"type": "text", "x": 0, "y": 0, "width": 6, "height": 6, "properties": {"markdown": "x"}}]}


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


def figure(name: str, *values: tuple[float, float]) -> Figure:
    return Figure(name, "Seconds", HERE_NAMES, NOW, values or ((1.0, 1.0),))


def seen(sessions: Sessions, name: str) -> dict[str, Any]:
    """Of the minutes around now."""
    (found,) = sessions.client("cloudwatch").get_metric_statistics(
        Namespace="Pointsman",
        MetricName=name,
        Dimensions=[{"Name": "Service", "Value": "shop"}],
        StartTime=NOW - timedelta(minutes=5),
        EndTime=NOW + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )["Datapoints"]
    return dict(found)


def test_a_figure_arrives_with_its_values_and_how_often_each_was_seen(sessions: Sessions) -> None:
    CloudWatchOut(sessions, "Pointsman").put([figure("Wait", (0.25, 3), (5.0, 1))])
    found = seen(sessions, "Wait")
    assert (found["Sum"], found["SampleCount"], found["Maximum"]) == (5.75, 4, 5.0)


def test_many_figures_go_five_hundred_to_a_call(sessions: Sessions) -> None:
    CloudWatchOut(sessions, "Pointsman").put([figure(f"Many{number}") for number in range(1201)])
    calls = {one.operation: one.calls for one in sessions.calls.counts()}
    assert calls["PutMetricData"] == 3
    assert seen(sessions, "Many1200")["Sum"] == 1


def test_nothing_to_put_is_no_call(sessions: Sessions) -> None:
    CloudWatchOut(sessions, "Pointsman").put([])
    assert sessions.calls.counts() == ()


def test_a_dashboard_is_put_where_its_account_is_and_again_in_its_place(sessions: Sessions) -> None:
    there = Account("us-east-1")
    for _ in range(2):
        put_dashboard(sessions, "pointsman-production", BODY, there)
    client = sessions.client("cloudwatch", there)
    assert [one["DashboardName"] for one in client.list_dashboards()["DashboardEntries"]] == ["pointsman-production"]
    assert json.loads(client.get_dashboard(DashboardName="pointsman-production")["DashboardBody"]) == BODY
    assert (region_of(sessions, there), region_of(sessions, HERE)) == ("us-east-1", "eu-west-1")


def test_what_cloudwatch_finds_wrong_in_a_dashboard_is_said(sessions: Sessions) -> None:
    client = sessions.client("cloudwatch")
    wrong = [{"DataPath": "/widgets/0", "Message": "should have a type"}]
    with Stubber(client) as stub:
        stub.add_response("put_dashboard", {"DashboardValidationMessages": wrong})
        with pytest.raises(CloudRefused, match="cloudwatch:PutDashboard: own: /widgets/0 should have a type"):
            put_dashboard(sessions, "own", BODY)


def test_an_aws_that_does_not_answer_is_away(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(CloudAway, match="cloudwatch:PutMetricData"):
        CloudWatchOut(sessions, "Pointsman").put([figure("Wait")])
