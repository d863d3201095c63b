"""Instances found by their tags, against moto as a process of its own."""

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.ec2_hosts import Ec2Hosts
from bot.cloud import HERE, Account, Search
from bot.errors import CloudAway, CloudDenied, CloudRefused
from tests.backends.daemons import moto, reach

REGION = "eu-west-1"
SHOP = Search((("service", "shop"),), HERE, "deploy", 22, "private_ip", {})


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def hosts(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2Hosts]:
    reach(monkeypatch, endpoint, REGION)
    sessions = Sessions()
    yield Ec2Hosts(sessions)
    sessions.close()


def launch(number: int, region: str = REGION, **tags: str) -> list[str]:
    """Their ids."""
    client = boto3.client("ec2", region)
    image = client.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = client.run_instances(
        ImageId=image,
        MinCount=number,
        MaxCount=number,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": name, "Value": value} for name, value in tags.items()]}
        ],
    )
    client.close()
    return [one["InstanceId"] for one in made["Instances"]]


def search(**tags: str) -> Search:
    return replace(SHOP, tags=tuple(sorted(tags.items())))


def test_running_instances_with_all_of_the_tags_are_the_hosts(hosts: Ec2Hosts) -> None:
    mine = launch(3, service="api", env="production")
    launch(1, service="api", env="staging")
    launch(1, env="production")
    found = hosts.find(search(service="api", env="production"))
    assert sorted(host.name for host in found) == sorted(mine)
    assert {(host.user, host.port) for host in found} == {("deploy", 22)}
    assert all(host.address.startswith("10.") for host in found)


def test_one_that_is_stopped_or_terminated_is_no_host_any_more(hosts: Ec2Hosts) -> None:
    first, second, third = launch(3, service="worker")
    client = boto3.client("ec2", REGION)
    client.stop_instances(InstanceIds=[first])
    client.terminate_instances(InstanceIds=[second])
    client.close()
    assert [host.name for host in hosts.find(search(service="worker"))] == [third]


def test_the_order_stays_from_look_to_look(hosts: Ec2Hosts) -> None:
    launch(5, service="many")
    assert hosts.find(search(service="many")) == hosts.find(search(service="many"))


def test_more_than_a_page_of_them_are_all_found(hosts: Ec2Hosts) -> None:
    launch(60, service="crowd")
    launch(60, service="crowd")
    assert len(hosts.find(search(service="crowd"))) == 120


def test_a_tag_may_say_where_an_instance_is_reached_and_one_without_it_is_left_out(hosts: Ec2Hosts) -> None:
    launch(1, service="tagged", At="127.0.0.1:2201")
    launch(1, service="tagged", At="web.example.com")
    launch(1, service="tagged", At="-oProxyCommand=x")
    launch(1, service="tagged")
    found = hosts.find(replace(search(service="tagged"), address="tag:At"))
    assert sorted((host.address, host.port) for host in found) == [("127.0.0.1", 2201), ("web.example.com", 22)]


def test_a_tag_goes_before_the_variable_of_its_name_unless_it_could_end_a_text(hosts: Ec2Hosts) -> None:
    launch(1, service="vars", ZONE="b", OTHER="x")
    launch(1, service="vars", ZONE='a"} or vector(1) #')
    found = hosts.find(replace(search(service="vars"), vars={"ZONE": "default"}))
    assert sorted(host.vars["ZONE"] for host in found) == ["b", "default"]
    assert all(set(host.vars) == {"ZONE"} for host in found)


def test_a_tag_never_chooses_which_secret_is_opened(hosts: Ec2Hosts) -> None:
    launch(1, service="sealed", TOKEN="ssm:/others/token", ZONE="ssm:/others/token")
    (found,) = hosts.find(replace(search(service="sealed"), vars={"TOKEN": "ssm:/shop/token", "ZONE": "a"}))
    assert found.vars == {"TOKEN": "ssm:/shop/token", "ZONE": "a"}


def test_a_tag_is_taken_literally_and_not_as_a_pattern(hosts: Ec2Hosts) -> None:
    launch(1, service="pattern")
    assert hosts.find(search(service="patt*")) == ()


def test_each_region_is_asked_for_itself(hosts: Ec2Hosts) -> None:
    (there,) = launch(1, region="us-east-1", service="elsewhere")
    assert hosts.find(search(service="elsewhere")) == ()
    assert [one.name for one in hosts.find(replace(search(service="elsewhere"), account=Account("us-east-1")))] == [
        there
    ]


def test_an_aws_that_does_not_answer_is_away(hosts: Ec2Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(CloudAway, match="ec2:DescribeInstances"):
        hosts.find(SHOP)


def test_without_credentials_it_is_said_what_to_set(hosts: Ec2Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(CloudDenied, match="there are no AWS credentials"):
        hosts.find(SHOP)


def test_without_a_region_it_is_said_where_to_set_it(hosts: Ec2Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(CloudRefused, match="no region is known"):
        hosts.find(SHOP)
