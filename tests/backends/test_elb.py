"""Target groups against moto as a process of its own; what moto does not show by botocore's stub."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from bot.backends.aws_sessions import Sessions
from bot.backends.elb import TargetGroups
from bot.cloud import Member, TargetGroup
from bot.errors import CloudAway, CloudRefused
from tests.backends.daemons import moto, reach

REGION = "eu-west-1"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/50dc6c495c0c9188"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def groups(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TargetGroups]:
    reach(monkeypatch, endpoint, REGION)
    sessions = Sessions()
    yield TargetGroups(sessions)
    sessions.close()


def made(name: str, instances: int) -> tuple[TargetGroup, list[str]]:
    """A target group and instances that are not in it."""
    ec2, elb = boto3.client("ec2", REGION), boto3.client("elbv2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    launched = ec2.run_instances(ImageId=image, MinCount=instances, MaxCount=instances)["Instances"]
    elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance")
    ec2.close()
    elb.close()
    return TargetGroup(name), sorted(one["InstanceId"] for one in launched)


def test_hosts_come_in_and_leave_and_doing_it_twice_does_nothing(groups: TargetGroups) -> None:
    group, (first, second) = made("twice", 2)
    assert groups.members(group) == {}
    for _ in range(2):
        groups.join(group, [first, second])
        assert groups.members(group) == {first: Member("healthy"), second: Member("healthy")}
    for _ in range(2):
        groups.leave(group, [first])
        assert groups.members(group) == {second: Member("healthy")}
    groups.leave(group, [])
    groups.join(group, [first])
    assert sorted(groups.members(group)) == [first, second]


def test_a_group_may_be_named_by_its_arn(groups: TargetGroups) -> None:
    group, (only,) = made("by-arn", 1)
    client = boto3.client("elbv2", REGION)
    arn = client.describe_target_groups(Names=[group.name])["TargetGroups"][0]["TargetGroupArn"]
    client.close()
    groups.join(TargetGroup(arn), [only])
    assert list(groups.members(group)) == [only]


def test_a_group_that_does_not_exist_is_named(groups: TargetGroups) -> None:
    with pytest.raises(CloudRefused, match=r"elasticloadbalancing:DescribeTargetGroups: .*nothing"):
        groups.members(TargetGroup("nothing"))


def test_a_stopped_instance_says_why_it_does_not_serve(groups: TargetGroups) -> None:
    group, (only,) = made("stopped", 1)
    groups.join(group, [only])
    client = boto3.client("ec2", REGION)
    client.stop_instances(InstanceIds=[only])
    client.close()
    found = groups.members(group)[only]
    assert (found.serves, found.leaves) == (False, False)
    assert found.reason


def test_an_aws_that_does_not_answer_is_away(groups: TargetGroups, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(CloudAway, match="elasticloadbalancing:DescribeTargetHealth"):
        groups.members(TargetGroup(ARN))


def test_the_worst_of_several_ports_counts_and_aws_words_are_kept(groups: TargetGroups) -> None:
    client = groups._client(TargetGroup(ARN))
    targets = [
        ("i-1", 80, {"State": "healthy"}),
        ("i-1", 81, {"State": "draining", "Reason": "Target.DeregistrationInProgress"}),
        ("i-2", 80, {"State": "initial", "Reason": "Elb.RegistrationInProgress"}),
        ("i-2", 81, {"State": "healthy"}),
    ]
    said = [{"Target": {"Id": name, "Port": port}, "TargetHealth": health} for name, port, health in targets]
    with Stubber(client) as stub:
        stub.add_response("describe_target_health", {"TargetHealthDescriptions": said}, {"TargetGroupArn": ARN})
        found = groups.members(TargetGroup(ARN))
    assert {name: str(member) for name, member in found.items()} == {
        "i-1": "draining (Target.DeregistrationInProgress)",
        "i-2": "initial (Elb.RegistrationInProgress)",
    }
    assert found["i-1"].leaves


def ports(group: TargetGroup) -> list[tuple[str, int]]:
    client = boto3.client("elbv2", REGION)
    arn = client.describe_target_groups(Names=[group.name])["TargetGroups"][0]["TargetGroupArn"]
    told = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    client.close()
    return sorted((one["Target"]["Id"], one["Target"]["Port"]) for one in told)


def registered(group: TargetGroup, *targets: tuple[str, int]) -> None:
    client = boto3.client("elbv2", REGION)
    arn = client.describe_target_groups(Names=[group.name])["TargetGroups"][0]["TargetGroupArn"]
    client.register_targets(TargetGroupArn=arn, Targets=[{"Id": name, "Port": port} for name, port in targets])
    client.close()


def test_a_host_leaves_with_its_port_and_comes_back_with_it(groups: TargetGroups) -> None:
    """AWS takes out what is named, and says nothing of what is not."""
    group, (first, second) = made("ports", 2)
    inside = [(first, 8080), (second, 9090)]
    registered(group, *inside)
    groups.leave(group, [first])
    assert ports(group) == [(second, 9090)]
    groups.join(group, [first])
    assert ports(group) == inside
    groups.join(group, [first])
    assert ports(group) == inside


def test_a_new_host_gets_the_ports_that_all_the_others_have(groups: TargetGroups) -> None:
    group, (first, second, third) = made("alike", 3)
    registered(group, (first, 8080), (second, 8080))
    groups.join(group, [third])
    assert ports(group) == [(first, 8080), (second, 8080), (third, 8080)]


def test_where_they_differ_it_gets_the_groups_own(groups: TargetGroups) -> None:
    group, (first, second, third) = made("differing", 3)
    registered(group, (first, 8080), (second, 8081))
    groups.join(group, [third])
    assert ports(group) == [(first, 8080), (second, 8081), (third, 80)]


def test_of_several_ports_each_is_named(groups: TargetGroups) -> None:
    client = groups._client(TargetGroup(ARN))
    said = [
        {"Target": {"Id": name, "Port": port}, "TargetHealth": {"State": "healthy"}}
        for name, port in (("i-1", 8080), ("i-2", 8080), ("i-1", 8081))
    ]
    wanted = {"TargetGroupArn": ARN, "Targets": [{"Id": "i-1", "Port": 8080}, {"Id": "i-1", "Port": 8081}]}
    with Stubber(client) as stub:
        stub.add_response("describe_target_health", {"TargetHealthDescriptions": said}, {"TargetGroupArn": ARN})
        stub.add_response("deregister_targets", {}, wanted)
        groups.leave(TargetGroup(ARN), ["i-1", "i-9"])
        stub.add_response("describe_target_health", {"TargetHealthDescriptions": []}, {"TargetGroupArn": ARN})
        stub.add_response("register_targets", {}, wanted)
        groups.join(TargetGroup(ARN), ["i-1"])
        stub.assert_no_pending_responses()


def test_a_group_and_its_load_balancers_are_called_as_cloudwatch_calls_them(groups: TargetGroups) -> None:
    group, _ = made("named", 1)
    name, balancers = groups.names(group)
    assert name.startswith("targetgroup/named/")
    assert balancers == ()
    client = groups._client(TargetGroup(ARN))
    said = {"TargetGroupArn": ARN, "LoadBalancerArns": [ARN.replace("targetgroup/", "loadbalancer/app/")]}
    with Stubber(client) as stub:
        stub.add_response("describe_target_groups", {"TargetGroups": [said]}, {"TargetGroupArns": [ARN]})
        found = groups.names(TargetGroup(ARN))
    assert found == ("targetgroup/shop/50dc6c495c0c9188", ("app/shop/50dc6c495c0c9188",))
