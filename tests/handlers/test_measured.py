"""A canary whose metric CloudWatch never had: `/deploy plan` says so, and the deploy is refused before it begins."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch import CloudWatch
from bot.backends.meters import Meters
from bot.backends.prometheus import Prometheus
from bot.fleet import Fleet
from tests.backends.daemons import moto, reach
from tests.building import fleet_of, names, said
from tests.fleet.samples import PRODUCTION
from tests.handlers.front import Front


@pytest.fixture
def meters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Meters]:
    """Over a moto of its own."""
    with moto(tmp_path) as endpoint:
        reach(monkeypatch, endpoint, "eu-west-1")
        sessions = Sessions()
        yield Meters(Prometheus(), CloudWatch(sessions))
        sessions.close()


def comparing(metric: str, dimension: str = "Host") -> Fleet:
    load = {"namespace": "Shop", "metric": metric, "dimensions": {dimension: "{name}"}}
    analysis = {"metrics": [{"name": "load", "cloudwatch": load}]}
    return fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "canary", "bake": "25m", "analysis": analysis}))


@pytest.fixture
def measured(front: Front, meters: Meters) -> Front:
    """1.4.1 stands on four hosts; each told its load in the last week, and is quiet now."""
    front.line.deploy("1.4.1")
    client = boto3.client("cloudwatch")
    data: list[Any] = [
        {
            "MetricName": "Load",
            "Dimensions": [{"Name": "Host", "Value": f"web{number}"}],
            "Timestamp": front.line.clock.now() - timedelta(days=7),
            "Value": 1.0,
        }
        for number in range(1, 5)
    ]
    client.put_metric_data(Namespace="Shop", MetricData=data)
    client.close()
    front.line.gauges.answer = lambda question, at: meters.read([question], at)[0]
    front.line.gauges.listed = meters.kept
    return front


@pytest.mark.parametrize(
    ("metric", "dimension", "why"),
    [
        ("Laod", "Host", "had no Shop Laod in the last two weeks (did you mean Load?)"),
        ("Load", "Server", "has Shop Load by Host, but not by Server in the last two weeks"),
    ],
)
def test_one_that_is_misspelled_is_refused_with_what_there_is(
    measured: Front, metric: str, dimension: str, why: str
) -> None:
    measured.line.fleet = comparing(metric, dimension)
    line = f"the analysis could never tell by load: CloudWatch in eu-west-1 {why} for web2, web3, web4"
    plan = said(measured.answer("ana", "plan shop 1.5.0 to production")["blocks"])
    assert f"*In the way now*\n{line}" in plan
    refused = measured.answer("ana", "shop 1.5.0 to production")
    assert refused["text"].startswith(f"Nothing was begun: {line}.")
    assert "Mend `strategy.analysis.metrics` in the fleet file" in said(refused.get("blocks", [])) + refused["text"]
    assert measured.line.runs() == ["1.4.1"] * 4


def test_one_that_is_only_quiet_stands_in_no_ones_way(measured: Front) -> None:
    measured.line.fleet = comparing("Load")
    plan = said(measured.answer("ana", "plan shop 1.5.0 to production")["blocks"])
    assert "In the way" not in plan
    assert "asked" not in plan


def test_an_aws_that_is_down_is_said_in_the_plan(measured: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    measured.line.fleet = comparing("Laod")
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        plan = said(measured.answer("ana", "plan shop 1.5.0 to production")["blocks"])
    assert "*Could not be asked now*\nload: CloudWatch: Could not connect" in plan
