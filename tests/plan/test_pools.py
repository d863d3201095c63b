"""What the fleet file says of machines that can be made more or fewer."""

from datetime import timedelta
from typing import Any

import pytest
import yaml

from bot.capacity import AsgPool, Ec2Pool, EcsPool, Launch, Pool
from bot.cloud import Account, Search, TargetGroup
from bot.fleet import Fleet, load_fleet
from bot.model import Target
from bot.plan.pools import goes_first, pool_of

ROLE = "arn:aws:iam::123456789012:role/pointsman"
REPO = "https://github.com/acme/shop.git"
THERE = Account("eu-west-1", ROLE)
TARGET = Target("shop", "production")
HOSTS = {
    "path": "/srv/shop",
    "steps": {"restart": "sudo systemctl restart shop"},
    "health": {"http": "http://{host}:8080/healthz"},
}
EC2 = {"tags": {"b": "2", "a": "1"}, "user": "deploy", "port": 2222, "vars": {"ZONE": "a"}}
SEARCH = Search((("a", "1"), ("b", "2")), THERE, "deploy", 2222, "private_ip", {"ZONE": "a"})


def fleet(deployment: dict[str, Any]) -> Fleet:
    words = {
        "version": 1,
        "environments": ["production"],
        "aws": {"production": {"role_arn": ROLE, "region": "eu-west-1"}},
        "services": {"shop": {"repo": REPO, "environments": {"production": deployment}}},
    }
    return load_fleet(yaml.safe_dump(words))


def on_ec2(**more: Any) -> dict[str, Any]:
    return {"backend": "ec2", "ec2": {**EC2, **more}, **HOSTS}


ECS = {"service": "shop", "image": "ghcr.io/acme/shop"}
CASES: list[tuple[dict[str, Any], Pool | None]] = [
    ({"backend": "ssh", "hosts": ["deploy@10.0.0.5"], **HOSTS}, None),
    (on_ec2(), None),
    (on_ec2(launch={"template": "shop"}), Ec2Pool(SEARCH, Launch("shop"))),
    (
        on_ec2(launch={"template": "lt-1", "version": "7", "subnets": ["subnet-a"]}, target_group="shop", drain="1m"),
        Ec2Pool(SEARCH, Launch("lt-1", "7", ("subnet-a",)), TargetGroup("shop", THERE), timedelta(minutes=1)),
    ),
    (on_ec2(group="shop"), AsgPool("shop", THERE)),
    (on_ec2(group="shop", target_group="web"), AsgPool("shop", THERE, TargetGroup("web", THERE))),
    (on_ec2(group="shop", region="us-east-1"), AsgPool("shop", THERE.at("us-east-1"))),
    ({"backend": "ecs", "ecs": ECS}, EcsPool("default", "shop", THERE)),
    ({"backend": "ecs", "ecs": {**ECS, "cluster": "main"}}, EcsPool("main", "shop", THERE)),
    ({"backend": "asg", "asg": {"group": "shop"}}, AsgPool("shop", THERE)),
]


@pytest.mark.parametrize(("deployment", "pool"), CASES)
def test_a_pool_is_what_the_fleet_file_says_it_is_made_of(deployment: dict[str, Any], pool: Pool | None) -> None:
    assert pool_of(fleet(deployment), TARGET) == pool


def test_a_target_that_is_not_there_has_none() -> None:
    assert pool_of(fleet(on_ec2(group="shop")), Target("shop", "staging")) is None
    assert goes_first(fleet(on_ec2(group="shop")), Target("shop", "staging")) == "newest"


@pytest.mark.parametrize(("more", "first"), [({}, "newest"), ({"remove": "oldest"}, "oldest")])
def test_which_goes_first_is_said_too(more: dict[str, Any], first: str) -> None:
    assert goes_first(fleet(on_ec2(**more)), TARGET) == first
