"""ListMetrics against moto, a process of its own; what moto never says by botocore's stub and a server of the tests."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch import CloudWatch
from bot.backends.cloudwatch_names import MetricNames
from bot.backends.meters import Meters
from bot.backends.prometheus import Prometheus
from bot.cloud import Account
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric
from tests.backends.daemons import moto, reach

REGION = "eu-west-1"
STATEMENT = '{"Effect": "Allow", "Action": "cloudwatch:ListMetrics", "Resource": "*"}'
WEB1, WEB2 = (("Host", "web1"),), (("Host", "web2"), ("Service", "shop"))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def sessions(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    reach(monkeypatch, endpoint, REGION)
    found = Sessions()
    yield found
    found.close()


def asks(name: str, *dimensions: tuple[tuple[str, str], ...], namespace: str = "Shop") -> list[CloudMetric]:
    one = timedelta(minutes=1)
    return [CloudMetric(namespace, name, "Average", each, one, Account(REGION)) for each in dimensions or (WEB1,)]


def put(namespace: str, name: str, *series: tuple[tuple[str, str], ...], region: str = REGION) -> None:
    client = boto3.client("cloudwatch", region)
    data: list[Any] = [
        {"MetricName": name, "Dimensions": [{"Name": one, "Value": is_} for one, is_ in each], "Value": 1.0}
        for each in series
    ]
    for start in range(0, len(data), 1000):
        client.put_metric_data(Namespace=namespace, MetricData=data[start : start + 1000])
    client.close()


def listed(sessions: Sessions) -> int:
    return sum(one.calls for one in sessions.calls.counts() if one.operation == "ListMetrics")


def test_what_is_kept_under_a_name_comes_with_its_dimensions(sessions: Sessions) -> None:
    put("Shop", "Load", WEB1, WEB2, ())
    assert MetricNames(sessions).kept(asks("Load", (("Host", "web9"),))) == Kept(REGION, frozenset({WEB1, WEB2, ()}))
    assert listed(sessions) == 1, "one call for all hosts"


def test_where_nothing_is_the_namespaces_names_come_and_else_the_namespaces(sessions: Sessions) -> None:
    put("Names", "Load", WEB1, WEB2)
    put("Names", "Queue", WEB1)
    assert MetricNames(sessions).kept(asks("Lode", namespace="Names")) == Kept(REGION, names=("Load", "Queue"))
    found = MetricNames(sessions).kept(asks("Load", namespace="names"))
    assert (found.series, found.names) == (frozenset(), ())
    assert "Names" in found.namespaces


def test_another_region_is_another_list(sessions: Sessions) -> None:
    put("Far", "Load", WEB1, region="us-east-1")
    (here,) = asks("Load", namespace="Far")
    there = CloudMetric("Far", "Load", "Average", WEB1, here.period, Account("us-east-1"))
    names = MetricNames(sessions)
    assert "Far" not in names.kept([here]).namespaces
    assert names.kept([there]) == Kept("us-east-1", frozenset({WEB1}))


def test_all_pages_are_read_until_what_is_wanted_is_there(sessions: Sessions) -> None:
    many = [(("Host", f"host{number:04}"),) for number in range(1200)]
    put("Pages", "Load", *many)
    names, last = MetricNames(sessions), many[-1:]
    assert len(names.kept(asks("Load", (("Host", "none"),), namespace="Pages")).series) == 1200
    assert listed(sessions) == 3
    assert frozenset(last) <= names.kept(asks("Load", *last, namespace="Pages")).series
    assert names.kept(asks("Load", *many[:2], namespace="Pages")).whole
    assert listed(sessions) == 3 + 3 + 1, "the first page had both"


def test_more_than_is_read_is_not_taken_for_all(sessions: Sessions) -> None:
    many = [(("Host", f"host{number:04}"),) for number in range(1001)]
    put("Long", "Load", *many)
    short = MetricNames(sessions, pages=2)
    assert not short.kept(asks("Load", (("Host", "none"),), namespace="Long")).whole
    assert short.kept(asks("Load", many[999], namespace="Long")).whole, "it was on the last page that is read"


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("AccessDenied", f"CloudWatch: AWS does not allow cloudwatch:ListMetrics: add {STATEMENT} to the bot's policy"),
        ("Throttling", "CloudWatch: AWS says that it is asked too often; trying again later"),
        ("ExpiredToken", "CloudWatch: the AWS credentials have expired: renew them, or give the bot a role"),
    ],
)
def test_a_list_that_aws_refuses_says_why(sessions: Sessions, code: str, trouble: str) -> None:
    with Stubber(sessions.client("cloudwatch", Account(REGION))) as stub:
        stub.add_client_error("list_metrics", code)
        assert MetricNames(sessions).kept(asks("Load")) == Kept(trouble=trouble)


def test_an_aws_that_is_down_is_said_too(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    found = MetricNames(sessions).kept(asks("Load"))
    assert found.trouble.startswith("CloudWatch: Could not connect to the endpoint URL")


def test_the_place_where_numbers_are_read_lists_them_too(sessions: Sessions) -> None:
    put("Meters", "Load", WEB1)
    meters = Meters(Prometheus(), CloudWatch(sessions))
    assert meters.kept(asks("Load", namespace="Meters")) == Kept(REGION, frozenset({WEB1}))
    meters.close()
