from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.holds import Scope
from bot.model import Target
from bot.plan.known import find_environment, find_hosts, find_scope, find_service, find_target, nearest
from bot.refusals import Reason, Refusal
from tests.fleet.samples import SHOP, SOUND, changed, load


def elsewhere(path: str) -> dict[str, Any]:
    """The sample's service with a directory of its own."""
    service = deepcopy(SOUND["services"]["shop"])
    service["environments"]["production"]["path"] = path
    return dict(service)


FLEET = load(
    changed(
        (("environments",), ["staging", "production", "preview"]),
        (("aliases",), {"prod": "production", "stg": "staging", "pre": "preview"}),
        (("services", "shop-api"), elsewhere("/srv/api")),
        (("services", "worker"), elsewhere("/srv/worker")),
        ((*SHOP, "environments", "staging"), elsewhere("/srv/staging")["environments"]["production"]),
    )
)


def test_what_the_fleet_names_is_found() -> None:
    assert find_service(FLEET, "shop") == "shop"
    assert find_target(FLEET, "shop", "staging") == Target("shop", "staging")


@pytest.mark.parametrize(("typed", "near"), [("production", "all in production"), ("prod", "all in prod")])
def test_who_locks_an_environment_by_its_name_alone_is_told_how(typed: str, near: str) -> None:
    refused = find_scope(FLEET, typed, None)
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.near) == (Reason.UNKNOWN_SERVICE, (near,))
    assert find_scope(FLEET, None, typed) == Scope("production")


@pytest.mark.parametrize(("service", "environment"), [("worke", None), ("production", "production")])
def test_any_other_slip_is_answered_with_the_nearest_service(service: str, environment: str | None) -> None:
    refused = find_scope(FLEET, service, environment)
    assert isinstance(refused, Refusal)
    assert not any(name.startswith("all in") for name in refused.near)


@pytest.mark.parametrize(("typed", "meant"), [("prod", "production"), ("stg", "staging"), ("staging", "staging")])
def test_a_short_name_stands_for_its_environment(typed: str, meant: str) -> None:
    assert find_target(FLEET, "shop", typed) == Target("shop", meant)
    assert find_environment(FLEET, typed) == meant


def test_a_short_name_of_where_a_service_does_not_run_is_refused_as_it_was_typed() -> None:
    found = find_target(FLEET, "shop", "pre")
    assert isinstance(found, Refusal)
    assert (found.reason, found.name, found.target) == (Reason.UNKNOWN_ENVIRONMENT, "pre", Target("shop", "preview"))


@pytest.mark.parametrize(
    ("name", "near"), [("prd", ("production",)), ("previw", ("preview",)), ("", ()), ("Production", ("production",))]
)
def test_an_unknown_environment_by_itself_is_answered_with_all_of_them(name: str, near: tuple[str, ...]) -> None:
    known = ("staging", "production", "preview")
    found = find_environment(FLEET, name)
    assert isinstance(found, Refusal)
    assert (found.reason, found.name, found.known, found.near[:1]) == (Reason.UNKNOWN_ENVIRONMENT, name, known, near)


@pytest.mark.parametrize("names", [(), ("web2",), ("web2", "web1")])
def test_hosts_of_the_target_are_found_in_the_order_that_was_asked_for(names: tuple[str, ...]) -> None:
    assert find_hosts(FLEET, Target("shop", "production"), names) == names


@pytest.mark.parametrize(("name", "near"), [("wbe1", ("web1",)), ("db", ()), ("WEB1", ("web1", "web2"))])
def test_a_host_that_is_not_the_targets_is_answered_with_those_that_are(name: str, near: tuple[str, ...]) -> None:
    target = Target("shop", "production")
    found = find_hosts(FLEET, target, ("web1", name))
    assert found == Refusal(Reason.UNKNOWN_HOST, name, ("web1", "web2"), near, target=target)


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
        ("shop", "produ", ("staging", "production"), ("production",)),
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
        assert (found.service, found.environment) == (service, FLEET.aliases.get(environment, environment))
    else:
        assert set(found.near) <= set(found.known)


def test_there_are_at_most_three_near_names() -> None:
    assert len(nearest("shop", [f"shop{number}" for number in range(20)])) == 3
