"""Secrets that AWS keeps, as the fleet file names them."""

from typing import Any

import pytest

from bot.cloud import HERE, Account
from bot.model import Target
from bot.questions import Ask, CommandAsk
from bot.questions.request import filled, sealed_key
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, only_problem, problems

TARGET = Target("shop", "production")
THERE = Account("eu-west-1")
HOST = (*PRODUCTION, "hosts", 0, "vars")
CHECKS = (*PRODUCTION, "checks")
AWS = (("aws",), {"production": {"region": "eu-west-1"}})


def headers(**given: str) -> list[dict[str, Any]]:
    return [{"http": "https://shop.example.com", "action": "restart", "headers": given}]


def asked(**given: str) -> Ask:
    (check,) = load(changed(AWS, (CHECKS, headers(**given)))).checks()
    assert isinstance(check.question, Ask)
    return check.question


@pytest.mark.parametrize("value", ["ssm:/shop/token", "secretsmanager:shop#token", f"kms:{'A' * 60}"])
def test_a_variable_may_name_a_secret_which_stays_closed(value: str) -> None:
    fleet = load(changed(AWS, ((*HOST, "TOKEN"), value)))
    assert fleet.hosts(TARGET)[0].vars["TOKEN"] == value


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ssm:/shop/token", "${ssm:/shop/token}"),
        ("Bearer ${secretsmanager:shop#token}", "Bearer ${secretsmanager:shop#token}"),
        ("${ssm:/shop/user} ${SHOP_TOKEN}", "${ssm:/shop/user} ${SHOP_TOKEN}"),
    ],
)
def test_a_header_may_hold_one_of_its_environments_account(written: str, kept: str) -> None:
    request = asked(Authorization=written).request
    assert request.headers == (("Authorization", kept),)
    assert request.account == THERE
    assert all(name.startswith(("ssm:", "secretsmanager:")) for name in request.sealed)
    assert request.secrets <= {"SHOP_TOKEN"}


def test_a_question_without_one_is_the_same_in_every_account() -> None:
    assert asked(Accept="text/html").request.account == HERE


def test_a_sealed_header_is_filled_by_name_and_account() -> None:
    secrets = {sealed_key("ssm:/a", HERE): "here", sealed_key("ssm:/a", THERE): "there", "B": "b"}
    assert filled("${ssm:/a} ${B}", secrets) == "here b"
    assert filled("${ssm:/a} ${B}", secrets, THERE) == "there b"


def test_a_check_by_command_knows_the_account_of_its_variables() -> None:
    checks = [{"ssh": "true", "action": "restart"}]
    question = load(changed(AWS, (CHECKS, checks))).checks()[0].question
    assert isinstance(question, CommandAsk)
    assert question.account == THERE


@pytest.mark.parametrize("value", ["ssm:token", "secretsmanager:", "kms:short"])
def test_a_secret_that_is_badly_named_is_refused(value: str) -> None:
    problem = only_problem(((*HOST, "TOKEN"), value))
    assert problem.what.startswith("is no name of a secret")
    assert "ssm:/path" in problem.allowed
    assert problem.value == ""
    problem = only_problem((CHECKS, headers(Accept=f"${{{value}}}")))
    assert problem.what.startswith("has no name of a secret in its braces")


def test_a_secret_stands_in_no_address_and_in_no_query() -> None:
    found = problems(changed(((*HOST, "APP_PORT"), "ssm:/shop/port")))
    (problem,) = found
    assert problem.path.endswith("production.health.http")
    assert problem.what.startswith("{APP_PORT} is a secret, and addresses are shown")
    metric = {"metric": {"prometheus": "up{x='{APP_PORT}'}", "above": 1}, "per_host": True, "action": "restart"}
    found = problems(changed(((*HOST, "APP_PORT"), "ssm:/shop/port"), (CHECKS, [metric])))
    assert any(one.what.startswith("{APP_PORT} is a secret, and queries are shown") for one in found)


def test_one_is_sent_to_no_stranger() -> None:
    checks = headers(Token="ssm:/shop/token")
    checks[0]["follow"] = 3
    assert "would be sent along" in only_problem((CHECKS, checks)).what


def test_by_systems_manager_which_keeps_commands_no_secret_is_sent() -> None:
    ec2 = {"tags": {"service": "shop"}, "transport": "ssm", "vars": {"APP_PORT": "8080", "TOKEN": "ssm:/shop/token"}}
    parts = [((*PRODUCTION, "backend"), "ec2"), ((*PRODUCTION, "hosts"), REMOVED), ((*PRODUCTION, "ec2"), ec2)]
    (problem,) = problems(changed(*parts))
    assert problem.path.endswith("ec2.vars")
    assert problem.what.startswith("TOKEN is a secret, and Systems Manager keeps every command")
