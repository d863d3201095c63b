"""The whole bot beside an AWS, which is moto as a process of its own: what it writes there, and what it opens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
import yaml

from bot.app.assembly import Pointsman
from bot.model import Host
from bot.sandbox.slack.server import Server
from tests.app.test_edge import settings_for
from tests.backends.daemons import moto, reach
from tests.fleet.samples import changed
from tests.workspace import workspace

ROLE = "arn:aws:iam::210987654321:role/pointsman"
AWS = (("aws",), {"production": {"role_arn": ROLE, "region": "eu-west-1"}})


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with moto(tmp_path) as address, workspace() as server:
        reach(monkeypatch, address, "eu-west-1")
        yield server


def opened(server: Server, directory: Path, **more: str) -> Pointsman:
    settings = settings_for(server, directory, SLACK_APP_TOKEN=server.app_token, **more)
    settings.fleet_file.write_text(yaml.safe_dump(changed(AWS)))
    return Pointsman(settings)


def test_its_own_figures_arrive_once_a_namespace_is_named(server: Server, tmp_path: Path) -> None:
    with opened(server, tmp_path, CLOUDWATCH_NAMESPACE="Pointsman") as pointsman:
        assert pointsman.figures
        pointsman.figures.send()
    client = boto3.client("cloudwatch")
    now = datetime.now(UTC)
    (seen,) = client.get_metric_statistics(
        Namespace="Pointsman",
        MetricName="OpenIncidents",
        Dimensions=[{"Name": "Service", "Value": "shop"}, {"Name": "Environment", "Value": "production"}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=10),
        Period=3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    client.close()
    assert seen["Maximum"] == 0


def test_without_a_namespace_nothing_is_sent(server: Server, tmp_path: Path) -> None:
    with opened(server, tmp_path) as pointsman:
        assert pointsman.figures is None
        assert pointsman.cloud.calls.counts() == ()


def test_a_secret_is_opened_by_the_role_of_its_environment(server: Server, tmp_path: Path) -> None:
    with opened(server, tmp_path) as pointsman:
        account = pointsman.fleet.current().account("production")
        ssm = pointsman.cloud.sessions.client("ssm", account)
        ssm.put_parameter(Name="/shop/token", Value="hunter2-of-the-shop", Type="SecureString")
        host = Host("web1", "deploy", "10.0.0.5", 22, {"TOKEN": "ssm:/shop/token"})
        assert pointsman.cloud.vault.host(host, account).vars == {"TOKEN": "hunter2-of-the-shop"}
        assert {one.operation for one in pointsman.cloud.calls.counts()} >= {"AssumeRole", "GetParameter"}
