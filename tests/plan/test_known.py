from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Target
from bot.plan.known import find_service, find_target, nearest
from bot.records import Reason, Refusal
from tests.building import fleet_of
from tests.fleet.samples import SHOP, SOUND


def elsewhere(path: str) -> dict[str, Any]:
    """The sample's service with a directory of its own."""
    service = deepcopy(SOUND["services"]["shop"])
    service["environments"]["production"]["path"] = path
    return dict(service)


FLEET = fleet_of(
    ["web1"],
    (("environments",), ["staging", "production", "preview"]),
    (("services", "shop-api"), elsewhere("/srv/api")),
    (("services", "worker"), elsewhere("/srv/worker")),
    ((*SHOP, "environments", "staging"), elsewhere("/srv/staging")["environments"]["production"]),
)


def test_what_the_fleet_names_is_found() -> None:
    assert find_service(FLEET, "shop") == "shop"
    assert find_target(FLEET, "shop", "staging") == Target("shop", "staging")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("shopp", ("shop", "shop-api")),
        ("sohp", ("shop", "shop-api")),
        ("shop_api", ("shop-api", "shop")),
        ("workers", ("worker",)),
        ("zzz", ()),
        ("", ()),
    ],
)
def test_an_unknown_service_is_answered_with_all_and_the_nearest(name: str, near: tuple[str, ...]) -> None:
    known = ("shop", "shop-api", "worker")
    assert find_service(FLEET, name) == Refusal(Reason.UNKNOWN_SERVICE, name, known, near)
    assert find_target(FLEET, name, "production") == find_service(FLEET, name)


@pytest.mark.parametrize(
    ("service", "environment", "known", "near"),
    [
        ("shop", "prod", ("staging", "production"), ("production",)),
        ("shop", "stagin", ("staging", "production"), ("staging",)),
        ("shop", "preview", ("staging", "production"), ()),  # an environment, but not of this service
        ("worker", "staging", ("production",), ()),
    ],
)
def test_an_unknown_environment_is_answered_with_those_of_that_service(
    service: str, environment: str, known: tuple[str, ...], near: tuple[str, ...]
) -> None:
    found = find_target(FLEET, service, environment)
    assert found == Refusal(Reason.UNKNOWN_ENVIRONMENT, environment, known, near, target=Target(service, environment))


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_is_not_named_is_ever_found(service: str, environment: str) -> None:
    found = find_target(FLEET, service, environment)
    if isinstance(found, Target):
        assert FLEET.deployment(found) is not None
        assert (found.service, found.environment) == (service, environment)
    else:
        assert set(found.near) <= set(found.known)


def test_there_are_at_most_three_near_names() -> None:
    assert len(nearest("shop", [f"shop{number}" for number in range(20)])) == 3
