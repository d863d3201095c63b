import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.fleet import load_fleet, load_fleet_file
from bot.model import Action, Host, Target
from tests.fleet.samples import PRODUCTION, REMOVED, SOUND, changed, load, text_problems

SHOP_PRODUCTION = Target("shop", "production")


def test_yaml_and_json_make_the_same_fleet() -> None:
    assert load_fleet(yaml.safe_dump(dict(SOUND))) == load_fleet(json.dumps(dict(SOUND)))


def test_a_deployment_is_read_whole() -> None:
    deployment = load(SOUND).deployment(SHOP_PRODUCTION)
    assert deployment is not None
    assert deployment.backend == "ssh"
    assert deployment.path == "/srv/shop"
    assert deployment.hosts[0] == Host("web1", "deploy", "10.0.0.5", 22, {"APP_PORT": "8001"})
    assert deployment.host("web2") == deployment.hosts[1]
    assert deployment.host("web3") is None
    assert deployment.steps.restart.run == "sudo systemctl restart shop"


def test_what_is_left_out_has_its_default() -> None:
    fleet = load(changed((("channels",), REMOVED), (("access",), REMOVED)))
    deployment = fleet.deployment(SHOP_PRODUCTION)
    assert deployment is not None
    assert (fleet.channels.deploys, fleet.channels.alerts, fleet.access) == ("#deploys", "#alerts", {})
    assert deployment.keep == 5
    assert (deployment.queue, deployment.wait_at_most) == ("all", timedelta(hours=2))
    assert (deployment.strategy.kind, deployment.strategy.batches) == ("rolling", (1, "50%", "100%"))
    health = deployment.health
    assert (health.timeout, health.every) == (timedelta(seconds=30), timedelta(seconds=1))
    assert (health.successes, health.request_timeout) == (2, timedelta(seconds=5))
    assert (health.statuses, health.body) == ((200,), "")


def test_nothing_asks_first_and_nothing_is_irreversible_unless_the_file_says_so() -> None:
    fleet = load(SOUND)
    assert (fleet.access["production"].confirm, fleet.services["shop"].irreversible) == (False, ())
    careful = (("access", "production", "confirm"), True), (("services", "shop", "irreversible"), ["1.4.2", "v2.*"])
    fleet = load(changed(*careful))
    assert (fleet.access["production"].confirm, fleet.services["shop"].irreversible) == (True, ("1.4.2", "v2.*"))


def test_each_step_has_a_timeout_of_its_own_kind() -> None:
    deployment = load(SOUND).deployment(SHOP_PRODUCTION)
    assert deployment is not None
    steps = deployment.steps
    assert steps.install is not None
    assert steps.test is not None
    timeouts = [step.timeout for step in (steps.install, steps.test, steps.restart)]
    assert timeouts == [timedelta(minutes=10), timedelta(minutes=15), timedelta(minutes=1)]


def test_a_step_in_its_long_form_says_its_timeout_or_takes_the_default() -> None:
    steps = {"test": {"run": "npm test", "timeout": "90s"}, "restart": {"run": "bin/restart"}}
    deployment = load(changed(((*PRODUCTION, "steps"), steps))).deployment(SHOP_PRODUCTION)
    assert deployment is not None
    assert deployment.steps.install is None
    assert deployment.steps.test is not None
    assert deployment.steps.test.timeout == timedelta(seconds=90)
    assert deployment.steps.restart.timeout == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("deploy@10.0.0.5:2201", Host("10.0.0.5", "deploy", "10.0.0.5", 2201)),
        ("deploy@web1.example.com", Host("web1.example.com", "deploy", "web1.example.com", 22)),
        ("deploy@[2001:db8::5]:22", Host("2001:db8::5", "deploy", "2001:db8::5", 22)),
        ({"address": "a@b", "name": "Web-1", "vars": {"N": 8001}}, Host("Web-1", "a", "b", 22, {"N": "8001"})),
    ],
)
def test_a_host_is_an_address_or_an_address_with_more(entry: object, host: Host) -> None:
    fleet = load(changed(((*PRODUCTION, "hosts"), [entry]), ((*PRODUCTION, "health", "http"), "http://{host}/")))
    assert fleet.hosts(SHOP_PRODUCTION) == (host,)


def test_all_at_once_is_one_batch() -> None:
    deployment = load(changed(((*PRODUCTION, "strategy"), {"kind": "all_at_once"}))).deployment(SHOP_PRODUCTION)
    assert deployment is not None
    assert deployment.strategy.batches == ("100%",)


def test_one_status_may_stand_without_brackets() -> None:
    fleet = load(changed(((*PRODUCTION, "health", "status"), 204), ((*PRODUCTION, "checks", 0, "status"), [200, 301])))
    deployment = fleet.deployment(SHOP_PRODUCTION)
    assert deployment is not None
    assert deployment.health.statuses == (204,)
    assert deployment.checks[0].statuses == (200, 301)


def test_pages_of_commits_follow_from_the_repository_unless_given() -> None:
    service = load(SOUND).service("shop")
    assert service is not None
    assert service.compare == "https://github.com/acme/shop/compare/{old}...{new}"
    assert service.commit == "https://github.com/acme/shop/commit/{sha}"
    own = "https://git.example.com/{old}..{new}"
    given_one = load(changed((("services", "shop", "compare"), own))).service("shop")
    assert given_one is not None
    assert given_one.compare == own


def test_targets_come_in_the_order_of_promotion() -> None:
    staging = {**SOUND["services"]["shop"]["environments"]["production"], "path": "/srv/shop-staging"}
    fleet = load(changed((("services", "shop", "environments", "staging"), staging)))
    assert fleet.targets() == [Target("shop", "staging"), SHOP_PRODUCTION]


@pytest.mark.parametrize("target", [Target("shop", "staging"), Target("shap", "production")])
def test_what_does_not_run_has_no_deployment_and_no_hosts(target: Target) -> None:
    fleet = load(SOUND)
    assert fleet.deployment(target) is None
    assert fleet.hosts(target) == ()
    assert fleet.service("shap") is None


def test_a_fleet_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(SOUND).version = 1


def test_an_action_is_the_models_own() -> None:
    assert load(SOUND).checks()[0].action is Action.ROLLBACK


@pytest.mark.parametrize(
    ("text", "what"), [("", "is empty"), ("- a\n- b\n", "must be a set of keys"), ("hello", "must be a set of keys")]
)
def test_a_text_that_is_no_fleet_at_all_says_how_to_begin(text: str, what: str) -> None:
    (problem,) = text_problems(text)
    assert problem.path == "fleet.yaml"
    assert problem.what == what
    assert "version: 1" in problem.hint


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(yaml.safe_dump(dict(SOUND)))
    assert load_fleet_file(path) == load(SOUND)


def test_a_file_that_is_not_there_says_where_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not exist · copy fleet\.example\.yaml"):
        load_fleet_file(tmp_path / "fleet.yaml")


def test_a_file_that_is_no_text_or_no_file_is_a_problem(tmp_path: Path) -> None:
    binary = tmp_path / "fleet.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_fleet_file(binary)
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load_fleet_file(tmp_path)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_whatever_ends_in_anything_but_a_fleet_or_problems(text: str) -> None:
    assert all(problem.what for problem in text_problems(text))


ODD: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


@given(st.sampled_from([("services",), ("environments",), ("access",), PRODUCTION, PRODUCTION[:2], ("version",)]), ODD)
@settings(max_examples=300, deadline=None)
def test_an_odd_value_anywhere_ends_in_a_fleet_or_problems_with_paths(place: tuple[str, ...], value: object) -> None:
    found = text_problems(json.dumps(changed((place, value))))
    assert all(problem.path and problem.what for problem in found)
