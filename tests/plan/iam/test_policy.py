import json
from typing import Any

import pytest
import yaml

from bot.cloud import Account
from bot.fleet import Fleet, load_fleet
from bot.plan.iam.grants import Grant, Where, where_of
from bot.plan.iam.policy import merged, own, policy, trust
from tests.plan.iam.everything import ROLE, service

EC2: dict[str, Any] = {"tags": {"service": "shop"}, "user": "deploy"}
ARN = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/by-arn/0123"


def fleet(aws: Any = None, **services: Any) -> Fleet:
    base = {"version": 1, "environments": ["staging", "production"], "services": services}
    return load_fleet(yaml.safe_dump(base | ({"aws": aws} if aws else {})))


def statements(found: Fleet, environment: str = "production") -> dict[str, Any]:
    return {one["Sid"]: one for one in policy(found, environment)["Statement"]}


SSH = service(backend="ssh", hosts=["deploy@10.0.0.5"])


def test_a_fleet_that_does_not_use_aws_needs_nothing() -> None:
    assert policy(fleet(shop=SSH), "production") == {"Version": "2012-10-17", "Statement": []}


def test_hosts_that_are_found_need_two_actions_and_only_in_their_environment() -> None:
    found = fleet(shop=service(backend="ec2", ec2=EC2))
    assert [one for one in policy(found, "production")["Statement"] if one["Sid"] != "PutDashboard"] == [
        {"Sid": "FindHosts", "Effect": "Allow", "Action": ["ec2:DescribeInstances"], "Resource": ["*"]},
        {"Sid": "ReadMetrics", "Effect": "Allow", "Action": ["cloudwatch:GetMetricData"], "Resource": ["*"]},
    ]
    assert policy(found, "staging")["Statement"] == []


@pytest.mark.parametrize(
    ("aws", "more", "resource"),
    [
        (None, {}, "arn:aws:elasticloadbalancing:*:*:targetgroup/web/*"),
        ({"role_arn": ROLE}, {}, "arn:aws:elasticloadbalancing:*:123456789012:targetgroup/web/*"),
        ({"region": "eu-west-1"}, {}, "arn:aws:elasticloadbalancing:eu-west-1:*:targetgroup/web/*"),
        (
            {"region": "eu-west-1", "role_arn": ROLE},
            {"region": "us-east-1"},
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/*",
        ),
        ({"region": "eu-west-1"}, {"target_group": ARN}, ARN),
    ],
)
def test_what_changes_a_target_group_is_allowed_for_that_group_alone(
    aws: dict[str, str] | None, more: dict[str, str], resource: str
) -> None:
    shop = service(backend="ec2", ec2={**EC2, "target_group": "web", **more})
    found = statements(fleet({"production": aws} if aws else None, shop=shop))
    assert found["ChangeTargetGroups"]["Resource"] == [resource]
    assert found["ChangeTargetGroups"]["Action"] == [
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
    ]
    assert found["AskTargetGroups"]["Resource"] == ["*"]


def test_scripts_are_run_only_on_instances_with_the_tags_of_a_service() -> None:
    parts = {
        name: service(backend="ec2", ec2={"tags": {"service": name}, "transport": "ssm", "region": "eu-west-1"})
        for name in ("shop", "big-api")
    }
    found = statements(fleet(**parts))
    assert found["NameTheScript"]["Resource"] == ["arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"]
    for sid, name in {"RunScriptsShop": "shop", "RunScriptsBigApi": "big-api"}.items():
        assert found[sid]["Resource"] == ["arn:aws:ec2:eu-west-1:*:instance/*"]
        assert found[sid]["Condition"] == {"StringEquals": {"ssm:resourceTag/service": name}}
    assert found["AskAgents"]["Resource"] == ["*"]
    assert "AskAgents" not in statements(fleet(shop=service(backend="ec2", ec2=EC2)))


def test_services_share_a_statement_with_the_resources_of_all() -> None:
    shop = service(backend="ec2", ec2={**EC2, "target_group": "web"})
    api = service(backend="ec2", ec2={**EC2, "tags": {"service": "api"}, "target_group": "api"})
    found = statements(fleet(shop=shop, api={**api, "repo": "https://github.com/acme/api.git"}))
    assert [arn.split(":")[-1] for arn in found["ChangeTargetGroups"]["Resource"]] == [
        "targetgroup/api/*",
        "targetgroup/web/*",
    ]


@pytest.mark.parametrize("place", ["check", "analysis"])
def test_a_metric_of_cloudwatch_may_be_read(place: str) -> None:
    cloudwatch = {"namespace": "Shop", "metric": "Load", "dimensions": {"Host": "{host}"}}
    check = [{"metric": {"cloudwatch": cloudwatch, "above": 1}, "action": "restart", "per_host": True}]
    metrics = [{"name": "load", "cloudwatch": cloudwatch, "most": 1, "compare": False}]
    canary = {"kind": "canary", "batches": [1, "100%"], "bake": "30m", "analysis": {"metrics": metrics}}
    more = {"checks": check} if place == "check" else {"strategy": canary}
    shop = service(backend="ssh", hosts=["deploy@10.0.0.5", "deploy@10.0.0.6"], **more)
    assert statements(fleet(shop=shop))["ReadMetrics"]["Action"] == ["cloudwatch:GetMetricData"]


@pytest.mark.parametrize(("compare", "allowed"), [(True, ["cloudwatch:ListMetrics"]), (False, None)])
def test_metrics_may_be_listed_where_an_analysis_compares_them(compare: bool, allowed: list[str] | None) -> None:
    cloudwatch = {"namespace": "Shop", "metric": "Load", "dimensions": {"Host": "{host}"}}
    metrics = [{"name": "load", "cloudwatch": cloudwatch, "most": 1, "compare": compare}]
    canary = {"kind": "canary", "batches": [1, "100%"], "bake": "30m", "analysis": {"metrics": metrics}}
    shop = service(backend="ssh", hosts=["deploy@10.0.0.5", "deploy@10.0.0.6"], strategy=canary)
    assert statements(fleet(shop=shop)).get("ListMetrics", {}).get("Action") == allowed


@pytest.mark.parametrize(
    ("place", "cpu", "reads"),
    [
        ({"backend": "ec2", "ec2": EC2}, "avg(cpu)", False),
        ({"backend": "ssh", "hosts": ["deploy@10.0.0.5"]}, None, False),
        (
            {"backend": "ssh", "hosts": ["deploy@10.0.0.5"]},
            {"cloudwatch": {"namespace": "CWAgent", "metric": "cpu_usage_active"}},
            True,
        ),
    ],
)
def test_cloudwatch_is_read_for_the_cpu_only_where_it_is_kept_there(
    place: dict[str, Any], cpu: Any, reads: bool
) -> None:
    scale = {"max": 4, "target_cpu": 60, **({"cpu": cpu} if cpu else {})}
    assert ("ReadMetrics" in statements(fleet(shop=service(**place, scale=scale)))) is reads


def test_the_trust_policy_asks_for_the_external_id() -> None:
    bot = "arn:aws:iam::1:role/bot"
    (plain,) = trust(Account(role_arn=ROLE), bot)["Statement"]
    assert plain == {"Effect": "Allow", "Principal": {"AWS": bot}, "Action": "sts:AssumeRole"}
    (asks,) = trust(Account(role_arn=ROLE, external_id="acme"), bot)["Statement"]
    assert asks["Condition"] == {"StringEquals": {"sts:ExternalId": "acme"}}


def test_the_bot_itself_may_assume_the_roles_and_nothing_else() -> None:
    assert own(fleet(shop=SSH))["Statement"] == []
    other = ROLE.replace("pointsman", "other")
    (found,) = own(fleet({"staging": {"role_arn": ROLE}, "production": {"role_arn": other}}, shop=SSH))["Statement"]
    assert (found["Action"], found["Resource"]) == (["sts:AssumeRole"], [other, ROLE])


def test_statements_with_a_condition_stay_apart_and_a_wide_one_swallows_the_narrow() -> None:
    narrow, wide = Grant("Keys", ("kms:Decrypt",), ("arn:aws:kms:::key/1",)), Grant("Keys", ("kms:Decrypt",))
    via = Grant("KeysBySsm", ("kms:Decrypt",), when={"StringEquals": {"kms:ViaService": "ssm"}})
    assert merged([narrow, via, wide]) == [wide, via]
    assert merged([narrow, narrow]) == [narrow]


def test_a_role_says_its_partition_and_account() -> None:
    where = where_of(Account("cn-north-1", "arn:aws-cn:iam::123456789012:role/x"))
    assert where.arn("ecs", "cluster/shop") == "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shop"
    assert where.wide("iam", "role/x") == "arn:aws-cn:iam::123456789012:role/x"
    assert where_of(Account()) == Where()


def test_what_is_printed_is_json_that_aws_takes() -> None:
    found = policy(fleet({"production": {"role_arn": ROLE}}, shop=service(backend="ec2", ec2=EC2)), "production")
    assert json.loads(json.dumps(found)) == found
    assert found["Version"] == "2012-10-17"


def test_instances_may_be_ended_only_where_they_have_the_tags() -> None:
    found = statements(fleet(shop=service(backend="ec2", ec2={**EC2, "launch": {"template": "shop"}})))
    assert found["EndInstances"]["Action"] == ["ec2:TerminateInstances"]
    assert found["EndInstances"]["Resource"] == ["arn:aws:ec2:*:*:instance/*"]
    assert found["EndInstances"]["Condition"] == {"StringEquals": {"aws:ResourceTag/service": "shop"}}
    assert found["LaunchInstances"]["Action"] == ["ec2:CreateTags", "ec2:RunInstances"]
    assert "EndInstances" not in statements(fleet(shop=service(backend="ec2", ec2=EC2)))


def test_a_scaling_group_may_be_changed_alone() -> None:
    found = statements(fleet(shop=service(backend="ec2", ec2={**EC2, "group": "shop"})))
    name = "arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/shop"
    assert found["ChangeScalingGroups"]["Resource"] == [name]
    assert "autoscaling:SetDesiredCapacity" in found["ChangeScalingGroups"]["Action"]
    assert "LaunchInstances" not in found


@pytest.mark.parametrize("cluster", ["main", "arn:aws:ecs:eu-west-1:1:cluster/main"])
def test_an_ecs_service_may_be_scaled_alone(cluster: str) -> None:
    ecs = {"cluster": cluster, "service": "web", "image": "ghcr.io/acme/web"}
    web = {"repo": "https://github.com/acme/web.git", "environments": {"production": {"backend": "ecs", "ecs": ecs}}}
    found = statements(fleet(web=web))
    assert found["ScaleServices"]["Resource"] == ["arn:aws:ecs:*:*:service/main/web"]


def test_secrets_are_allowed_by_their_names_and_keys_through_their_services_alone() -> None:
    host = {"address": "deploy@10.0.0.5", "vars": {"A": "ssm:/shop/a", "B": f"kms:{'A' * 60}"}}
    headers = {"X-Token": "${secretsmanager:shop#token} ${secretsmanager:shop#user} ${PLAIN}"}
    check = {"http": "https://shop.example.com", "action": "restart", "headers": headers}
    found = statements(
        fleet(
            {"production": {"role_arn": ROLE, "region": "eu-west-1"}},
            shop=service(backend="ssh", hosts=[host], checks=[check]),
        )
    )
    ours = "eu-west-1:123456789012"
    assert {sid: one["Resource"] for sid, one in found.items()} == {
        "DecryptManagedSecrets": [f"arn:aws:kms:{ours}:key/*"],
        "DecryptParameters": [f"arn:aws:kms:{ours}:key/*"],
        "DecryptSecrets": [f"arn:aws:kms:{ours}:key/*"],
        "ReadParameters": [f"arn:aws:ssm:{ours}:parameter/shop/a"],
        "ReadSecrets": [f"arn:aws:secretsmanager:{ours}:secret:shop-??????"],
    }
    assert found["DecryptParameters"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}
    }
    assert "Condition" not in found["DecryptSecrets"]


def test_without_a_region_a_key_may_be_used_through_the_service_in_any() -> None:
    host = {"address": "deploy@10.0.0.5", "vars": {"A": "ssm:/shop/a"}}
    found = statements(fleet(shop=service(backend="ssh", hosts=[host])))
    assert found["DecryptParameters"]["Condition"] == {"StringLike": {"kms:ViaService": "ssm.*.amazonaws.com"}}


def test_the_bots_own_figures_may_be_put_under_their_namespace_alone() -> None:
    found = {one["Sid"]: one for one in own(fleet(shop=SSH), "Pointsman")["Statement"]}
    assert found["PutOwnFigures"]["Action"] == ["cloudwatch:PutMetricData"]
    assert found["PutOwnFigures"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Pointsman"}}
    assert found["PutDashboard"]["Resource"] == ["arn:aws:cloudwatch::*:dashboard/pointsman"]


def test_an_environment_in_aws_has_its_dashboard() -> None:
    found = statements(fleet({"production": {"role_arn": ROLE}}, shop=service(backend="ec2", ec2=EC2)))
    assert found["PutDashboard"]["Resource"] == ["arn:aws:cloudwatch::123456789012:dashboard/pointsman-production"]
