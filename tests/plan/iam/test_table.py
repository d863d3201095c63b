"""The table of uses, compared with what the code calls: neither can fall behind."""

import re
from pathlib import Path

import pytest
import yaml

from bot import backends
from bot.fleet import Fleet, load_fleet
from bot.plan.iam.grants import Where
from bot.plan.iam.metrics import own_figures
from bot.plan.iam.policy import ASSUME, merged
from bot.plan.iam.table import grants
from tests.backends.aws_operations import actions_called, actions_in
from tests.plan.iam.everything import EVERYTHING

# Needed, and never called by name: each with its reason.
UNCALLED: dict[str, str] = {
    "ecs:TagResource": "task definitions are registered with tags",
    "iam:PassRole": "roles are handed on to instances, stacks and tasks",
}
ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")


def everything() -> Fleet:
    return load_fleet(yaml.safe_dump(EVERYTHING))


def granted() -> set[str]:
    found = grants(everything(), "production", Where("eu-west-1", "123456789012"))
    return {action for grant in (*found, *own_figures("Pointsman")) for action in grant.actions}


def test_every_action_that_the_code_calls_is_in_the_table_and_no_other() -> None:
    called = actions_called(Path(str(backends.__file__)).parent)
    assert len(called) >= 6
    assert called - granted() - {ASSUME} == set()
    assert granted() - called == set(UNCALLED)


def test_no_part_of_the_table_asks_for_more_than_named_actions() -> None:
    for grant in grants(everything(), "production", Where()):
        assert all(ACTION.fullmatch(action) for action in grant.actions), grant
        assert re.fullmatch(r"[A-Za-z0-9]+", grant.sid), grant
        assert all(one == "*" or one.startswith("arn:") for one in grant.resources), grant


def test_no_two_statements_have_the_same_name() -> None:
    sids = [grant.sid for grant in merged(grants(everything(), "production", Where()))]
    assert len(sids) == len(set(sids))


@pytest.mark.parametrize(
    ("code", "actions"),
    [
        ('x = s.client("ec2", a)\nx.describe_instances()', {"ec2:DescribeInstances"}),
        ('s.client("elbv2", a).get_paginator("describe_rules")', {"elasticloadbalancing:DescribeRules"}),
        ('s.client("ec2", a).close()', set()),
        ("x.describe_instances()", set()),
    ],
)
def test_calls_are_found_by_their_names(code: str, actions: set[str]) -> None:
    assert actions_in(code) == actions
