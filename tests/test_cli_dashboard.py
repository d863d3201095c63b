"""`python -m bot dashboard` as a person uses it, against moto."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.backends.daemons import moto, reach
from tests.fleet.samples import SOUND
from tests.plan.iam.everything import service
from tests.test_cli import Said, bot

REGION = "eu-west-1"
ROLE = "arn:aws:iam::210987654321:role/pointsman"  # in another account than the bot itself
EC2: dict[str, Any] = {"tags": {"service": "shop"}, "user": "deploy", "target_group": "shop"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def here(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    reach(monkeypatch, endpoint, REGION)
    written(tmp_path, shop=service(backend="ec2", ec2=EC2))
    return tmp_path


def written(directory: Path, **services: Any) -> None:
    aws = {"production": {"region": REGION, "role_arn": ROLE}}
    fleet = {"version": 1, "environments": ["production"], "aws": aws, "services": services}
    (directory / "fleet.yaml").write_text(yaml.safe_dump(fleet))


@pytest.fixture
def instances(here: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two of the shop, in the role's account, and its target group."""
    given = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="test")["Credentials"]
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    session = boto3.session.Session(**keys, aws_session_token=given["SessionToken"], region_name=REGION)
    ec2, elb = session.client("ec2"), session.client("elbv2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "service", "Value": "shop"}]}]
    made = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, TagSpecifications=tags)  # type: ignore[arg-type] # a plain dict does
    groups = elb.describe_target_groups()["TargetGroups"]
    if not groups:
        vpc, subnets = ec2.describe_vpcs()["Vpcs"][0]["VpcId"], ec2.describe_subnets()["Subnets"]
        group = elb.create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
        names = [one["SubnetId"] for one in subnets[:2]]
        balancer = elb.create_load_balancer(Name="web", Subnets=names)["LoadBalancers"][0]["LoadBalancerArn"]
        forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)  # type: ignore[arg-type] # a plain dict does
    ec2.close()
    elb.close()
    return [one["InstanceId"] for one in made["Instances"]]


def printed(said: Said) -> dict[str, dict[str, Any]]:
    """Each dashboard's graphs by title."""
    assert (said.code, said.err) == (0, "")
    return {
        name: {widget["properties"]["title"]: widget["properties"] for widget in body["widgets"]}
        for name, body in json.loads(said.out).items()
    }


def test_it_is_printed_with_the_instances_and_the_load_balancer_of_the_environments_account(
    here: Path, instances: list[str]
) -> None:
    found = printed(bot(here, "dashboard", "production", "--print"))
    (graphs,) = found.values()
    cpu = graphs["shop · production: CPU, %"]
    assert set(instances) <= {line[-1] for line in cpu["metrics"]}
    health = graphs["shop · production: health in the target group"]["metrics"]
    assert health[0][3].startswith("targetgroup/shop/")
    assert health[0][5].startswith("app/web/")


def test_it_is_put_and_said_where_and_the_bots_own_beside_it(here: Path, instances: list[str]) -> None:
    said = bot(here, "dashboard", CLOUDWATCH_NAMESPACE="Pointsman")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "pointsman-production: 2 graphs in eu-west-1",
        "pointsman: 6 graphs in eu-west-1",
    ]
    client = boto3.client("cloudwatch")
    assert [one["DashboardName"] for one in client.list_dashboards()["DashboardEntries"]] == ["pointsman"]
    client.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dashboard", "qa"), "qa is not one of production"),
        (("dashboard", "production"), "elasticloadbalancing:DescribeTargetGroups: nowhere"),
    ],
)
def test_what_cannot_be_made_says_why(here: Path, arguments: tuple[str, ...], words: str) -> None:
    written(here, shop=service(backend="ec2", ec2={**EC2, "target_group": "nowhere"}))
    said = bot(here, *arguments)
    assert (said.code, said.out) == (1, "")
    assert words in said.err


def test_a_fleet_outside_of_aws_has_none_unless_the_bot_sends_its_figures(here: Path) -> None:
    (here / "fleet.yaml").write_text(yaml.safe_dump(dict(SOUND)))
    said = bot(here, "dashboard", "--print")
    assert said.code == 1
    assert "CLOUDWATCH_NAMESPACE is not set" in said.err
    assert list(printed(bot(here, "dashboard", "--print", CLOUDWATCH_NAMESPACE="Pointsman"))) == ["pointsman"]
