from typing import Any

import pytest

from bot.cloud import HERE, Account, TargetGroup
from bot.engine.discovery import search_of
from bot.engine.sites import Sites
from bot.model import Target
from bot.questions import MetricAsk
from bot.questions.numbers import CloudMetric
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, problems

ROLE = "arn:aws:iam::123456789012:role/pointsman"
TARGET = Target("shop", "production")
AWS: dict[str, Any] = {"production": {"role_arn": ROLE, "external_id": "acme", "region": "eu-west-1"}}
TAGGED: dict[str, Any] = {
    "tags": {"service": "shop"},
    "user": "deploy",
    "vars": {"APP_PORT": "8080"},
    "target_group": "shop",
}
LOAD = {"cloudwatch": {"namespace": "Shop", "metric": "Load"}, "above": 1}
THERE = Account("eu-west-1", ROLE, "acme")


def fleet(**ec2: Any) -> Any:
    return load(
        changed(
            (("aws",), AWS),
            ((*PRODUCTION, "backend"), "ec2"),
            ((*PRODUCTION, "hosts"), REMOVED),
            ((*PRODUCTION, "ec2"), {**TAGGED, **ec2}),
            ((*PRODUCTION, "checks"), [{"name": "load", "metric": LOAD, "action": "rollback"}]),
        )
    )


def test_an_environment_lives_in_its_account_and_another_where_the_bot_is() -> None:
    assert fleet().account("production") == THERE
    assert fleet().account("staging") == HERE


@pytest.mark.parametrize(("more", "region"), [({}, "eu-west-1"), ({"region": "us-east-1"}, "us-east-1")])
def test_the_region_of_a_deployment_goes_before_that_of_its_account(more: dict[str, str], region: str) -> None:
    found = fleet(**more)
    deployment = found.deployment(TARGET)
    there = Account(region, ROLE, "acme")
    assert search_of(deployment.ec2, found.account("production")).account == there
    behind = Sites(lambda: found).place(TARGET).behind
    assert behind is not None
    assert behind.group == TargetGroup("shop", there)


def test_a_check_reads_cloudwatch_of_its_environments_account() -> None:
    (check,) = fleet().checks()
    assert isinstance(check.question, MetricAsk)
    assert isinstance(check.question.question, CloudMetric)
    assert check.question.question.account == THERE


@pytest.mark.parametrize(
    ("aws", "path", "what"),
    [
        ({"prod": {"region": "eu-west-1"}}, "aws.prod", "is not one of `environments`"),
        ({"production": {"role_arn": "pointsman"}}, "aws.production.role_arn", "is no ARN of a role"),
        ({"production": {"region": "Ireland"}}, "aws.production.region", "is no region of AWS"),
        ({"production": {"external_id": "acme"}}, "aws.production", "no role that asks for it"),
        ({"production": {"profile": "acme"}}, "aws.production.profile", "is not a known key"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_with_its_place(aws: dict[str, Any], path: str, what: str) -> None:
    (problem,) = problems(changed((("aws",), aws)))
    assert problem.path == path
    assert what in problem.what
