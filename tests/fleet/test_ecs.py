from typing import Any

import pytest

from bot.fleet.ecs import Ecs
from bot.model import Target
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, only_problem, problems

TARGET = Target("shop", "production")
SHOP: dict[str, Any] = {"service": "shop", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/shop"}


def on_ecs(**more: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    """The sound fleet with production on ECS; `more` are keys of the deployment."""
    return [(PRODUCTION, {"backend": "ecs", "ecs": SHOP, **more})]


def test_a_service_of_ecs_needs_no_hosts_and_no_steps() -> None:
    deployment = load(changed(*on_ecs())).deployment(TARGET)
    assert deployment is not None
    assert isinstance(deployment.managed, Ecs)
    assert (deployment.managed.cluster, deployment.managed.service) == ("default", "shop")
    assert (deployment.hosts, deployment.places) == ((), ("shop (ECS)",))


def test_hosts_are_what_a_deployment_on_hosts_changes() -> None:
    deployment = load(changed()).deployment(TARGET)
    assert deployment is not None
    assert (deployment.managed, deployment.places) == (None, ("web1", "web2"))


@pytest.mark.parametrize("image", ["shop", "shop:1.4.2", "ghcr.io/acme/shop:1.4.2", "ghcr.io/acme/shop@sha256:ab", ""])
def test_an_image_is_a_repository_without_a_tag(image: str) -> None:
    problem = only_problem((PRODUCTION, {"backend": "ecs", "ecs": {**SHOP, "image": image}}))
    assert problem.path.endswith("production.ecs.image")


@pytest.mark.parametrize("image", ["ghcr.io/acme/shop", "registry.acme.example:5000/shop", SHOP["image"]])
def test_any_registry_will_do(image: str) -> None:
    deployment = load(changed((PRODUCTION, {"backend": "ecs", "ecs": {**SHOP, "image": image}}))).deployment(TARGET)
    assert deployment is not None
    assert deployment.ecs is not None
    assert deployment.ecs.image == image


@pytest.mark.parametrize(
    ("more", "path", "what"),
    [
        ({"hosts": ["deploy@10.0.0.5"]}, "hosts", "ecs has no hosts"),
        ({"path": "/srv/shop"}, "path", "ecs brings releases by itself"),
        ({"steps": {"restart": "true"}}, "steps", "ecs brings releases by itself"),
        ({"health": {"http": "http://{host}/"}}, "health", "ecs brings releases by itself"),
        ({"keep": 3}, "keep", "host by host"),
        ({"actions": {"flush": {"ssh": "flush"}}}, "actions", "host by host"),
        ({"strategy": {"max_failures": 1}}, "strategy.max_failures", "host by host"),
        ({"strategy": {"kind": "blue_green"}}, "strategy.kind", "keeps the old release on hosts"),
        ({"strategy": {"kind": "canary", "batches": [1, "100%"]}}, "strategy.batches.0", "counts hosts"),
        ({"require_checks": True}, "require_checks", "asks about a commit"),
        ({"ecs": {**SHOP, "clustr": "main"}}, "ecs.clustr", "is not a known key"),
        ({"ecs": {**SHOP, "tasks": {"migrate": {"command": []}}}}, "ecs.tasks.migrate.command", "is empty"),
        ({"ecs": {**SHOP, "shift": {"kind": "linear", "percent": 100}}}, "ecs.shift.percent", "is out of range"),
        ({"ecs": REMOVED}, "ecs", "is missing"),
    ],
)
def test_what_ecs_does_not_have_is_refused_with_its_place(more: dict[str, Any], path: str, what: str) -> None:
    keys = {key: value for key, value in {"backend": "ecs", "ecs": SHOP, **more}.items() if value is not REMOVED}
    (problem,) = problems(changed((PRODUCTION, keys)))
    assert problem.path.endswith(f"production.{path}")
    assert what in problem.what


@pytest.mark.parametrize(
    ("check", "path"),
    [
        ({"http": "http://{host}/", "per_host": True, "action": "rollback"}, "per_host"),
        ({"ssh": "true", "action": "rollback"}, "per_host"),
        ({"http": "https://shop.example.com/", "action": "restart"}, "action"),
    ],
)
def test_a_check_cannot_ask_or_restart_hosts_that_are_not_there(check: dict[str, Any], path: str) -> None:
    found = problems(changed(*on_ecs(checks=[check])))
    assert [problem.path.rsplit(".", 1)[-1] for problem in found] == [path]


@pytest.mark.parametrize("key", ["path", "steps", "health"])
def test_hosts_still_need_what_they_run(key: str) -> None:
    problem = only_problem(((*PRODUCTION, key), REMOVED))
    assert problem.path.endswith(f"production.{key}")
    assert problem.what.startswith("is missing")


def test_the_key_of_another_backend_is_refused() -> None:
    problem = only_problem(((*PRODUCTION, "ecs"), SHOP))
    assert problem.what.startswith("is for backend ecs")
    assert problem.hint == "leave it out, or set backend: ecs"
