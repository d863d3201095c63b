"""What spans several entries."""

from copy import deepcopy
from typing import Any

import pytest

from tests.fleet.samples import PRODUCTION, REMOVED, SHOP, SOUND, changed, load, only_problem, problems

HEALTH = (*PRODUCTION, "health", "http")
CHECKS = (*PRODUCTION, "checks")
HOSTS = (*PRODUCTION, "hosts")
PLAIN = (HEALTH, "http://{host}/")


def check(**more: Any) -> dict[str, Any]:
    return {"http": "https://shop.example.com/", "action": "restart", **more}


def test_an_environment_that_nobody_declared_is_told_with_the_nearest() -> None:
    found = only_problem((("access",), {"prodution": {"deploy": []}}))
    assert found.path == "access.prodution"
    assert found.what.startswith("is not one of `environments`")
    assert (found.allowed, found.hint) == ("staging, production", "did you mean production?")


def test_a_service_in_an_undeclared_environment_is_told_where_to_add_it() -> None:
    found = only_problem((("environments",), ["qa"]), (("access",), {}))
    assert found.path == "services.shop.environments.production"
    assert found.hint == "add it to `environments`"


def test_an_undeclared_environment_is_told_even_beside_other_mistakes() -> None:
    found = problems(changed((("access",), {"prod": {}}), ((*PRODUCTION, "keep"), "many"), (("version",), 9)))
    assert [problem.path for problem in found][1] == "access.prod"
    assert len(found) == 3


@pytest.mark.parametrize(
    ("hosts", "what"),
    [
        (["a@10.0.0.5", "a@10.0.0.5"], "has the name of hosts.0"),
        (["a@10.0.0.5", {"name": "other", "address": "b@10.0.0.5:22"}], "has the address of hosts.0"),
        ([{"name": "w", "address": "a@1.1.1.1"}, {"name": "w", "address": "a@1.1.1.2"}], "has the name of hosts.0"),
    ],
)
def test_a_host_given_twice_is_told(hosts: list[Any], what: str) -> None:
    found = only_problem((HOSTS, hosts), PLAIN)
    assert found.path.endswith("hosts.1")
    assert found.what.startswith(what)


def test_one_address_with_two_ports_is_two_hosts() -> None:
    hosts = [{"name": "a", "address": "d@127.0.0.1:2201"}, {"name": "b", "address": "d@127.0.0.1:2202"}]
    assert not problems(changed((HOSTS, hosts), PLAIN))


def test_a_variable_that_some_host_lacks_is_told_with_the_hosts() -> None:
    found = only_problem(((*HOSTS, 1, "vars"), {"APP_PROT": "1"}))
    assert found.path.endswith("health.http")
    assert found.what.startswith("{APP_PORT} is not a variable of web2")
    assert found.allowed == "{APP_PORT}, {APP_PROT}, {host}, {name}"
    assert found.hint == "did you mean APP_PROT?"


def test_a_variable_that_no_host_has_says_where_to_put_it() -> None:
    hosts = [f"d@10.0.0.{n}" for n in range(5)]
    found = only_problem((HOSTS, hosts))
    assert "10.0.0.0, 10.0.0.1, 10.0.0.2 and others" in found.what
    assert found.hint.startswith("add vars: {APP_PORT: …}")


def test_a_per_host_checks_variables_are_looked_for_too() -> None:
    found = only_problem((CHECKS, [check(http="http://{host}:{METRICS}/", per_host=True)]))
    assert found.path.endswith("checks.0.http")
    assert "{METRICS}" in found.what


@pytest.mark.parametrize(
    ("one", "what", "way_out"),
    [
        (check(http="http://{host}/"), "differs by host, but the check is not per host", "add per_host: true"),
        (check(per_host=True), "is the same for every host", "{host}, {name} or {VAR}"),
    ],
)
def test_a_checks_address_and_per_host_must_agree(one: dict[str, Any], what: str, way_out: str) -> None:
    found = only_problem((CHECKS, [one]))
    assert found.path.endswith("checks.0.http")
    assert found.what.startswith(what)
    assert way_out in found.allowed + found.hint


@pytest.mark.parametrize(
    ("checks", "name"),
    [
        ([check(), check()], "http"),
        ([check(name="page"), check(name="page")], "page"),
        ([check(), check(name="http")], "http"),
    ],
)
def test_two_checks_of_one_name_would_be_one_check(checks: list[Any], name: str) -> None:
    found = only_problem((CHECKS, checks))
    assert found.path.endswith("checks.1")
    assert f"is called {name}, as checks.0 is" in found.what


def test_checks_of_different_names_load() -> None:
    assert not problems(changed((CHECKS, [check(), check(name="page")])))


def test_the_runbook_action_needs_a_runbook() -> None:
    found = only_problem((CHECKS, [check(action="runbook")]), ((*SHOP, "runbook"), REMOVED))
    assert found.path.endswith("checks.0.action")
    assert found.hint == "add services.shop.runbook: https://…"
    assert not problems(changed((CHECKS, [check(action="runbook")])))


def test_two_deployments_cannot_share_a_directory_on_a_host() -> None:
    other = deepcopy(SOUND["services"]["shop"])
    found = only_problem((("services", "api"), other))
    assert found.path == "services.api.environments.production.path"
    assert "is used by shop in production on web1 too" in found.what


def test_two_deployments_may_share_hosts_in_directories_of_their_own() -> None:
    other = deepcopy(SOUND["services"]["shop"])
    other["environments"]["production"]["path"] = "/srv/api"
    assert not problems(changed((("services", "api"), other)))


@pytest.mark.parametrize("aliases", [{}, {"prod": "production"}, {"p": "production", "prod": "production"}])
def test_environments_may_have_short_names(aliases: dict[str, str]) -> None:
    assert load(changed((("aliases",), aliases))).aliases == aliases
    assert not problems(changed((("aliases",), aliases)))


@pytest.mark.parametrize(
    ("aliases", "path", "what", "hint"),
    [
        ({"prod": "prodution"}, "aliases.prod", "stands for no environment", "did you mean production?"),
        ({"qa": "xyz"}, "aliases.qa", "stands for no environment", "add it to `environments`"),
        ({"staging": "production"}, "aliases.staging", "is the name of an environment itself", "take another"),
        ({"production": "production"}, "aliases.production", "is the name of an environment itself", "take another"),
        ({"p": "prod", "prod": "production"}, "aliases.p", "stands for no environment", "add it to `environments`"),
        ({"Prod": "production"}, "aliases.Prod", "is not a usable name", "write prod"),
        ({"to": "production"}, "aliases.to", "is a word of the commands", ""),
        ({"prod": ["production"]}, "aliases.prod", "must be text", ""),
        (["prod"], "aliases", "must be a set of keys", ""),
    ],
)
def test_a_short_name_that_stands_for_nothing_or_in_anothers_place_is_told(
    aliases: Any, path: str, what: str, hint: str
) -> None:
    found = only_problem((("aliases",), aliases))
    assert found.path == path
    assert found.what.startswith(what)
    assert hint in found.hint


@pytest.mark.parametrize("environments", [None, "production", [1], [], {"a": 1}])
def test_environments_of_the_wrong_shape_are_told_once(environments: Any) -> None:
    found = problems(changed((("environments",), environments)))
    assert [problem.path.partition(".")[0] for problem in found] == ["environments"]
