"""How a release gets to a host, as the fleet file says it."""

from typing import Any

import pytest

from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, problems
from tests.fleet.test_ec2 import TARGET, tagged

HOSTLESS = [((*PRODUCTION, key), REMOVED) for key in ("hosts", "path", "steps", "health", "checks")]


@pytest.mark.parametrize(
    ("parts", "deliver"),
    [
        ([], "fetch"),
        ([((*PRODUCTION, "deliver"), "fetch")], "fetch"),
        ([((*PRODUCTION, "deliver"), "push")], "push"),
        ([*tagged(), ((*PRODUCTION, "deliver"), "push")], "push"),
    ],
)
def test_hosts_fetch_it_or_the_bot_pushes_it(parts: list[Any], deliver: str) -> None:
    deployment = load(changed(*parts)).deployment(TARGET)
    assert deployment is not None
    assert deployment.deliver == deliver


@pytest.mark.parametrize(
    ("parts", "what", "hint"),
    [
        (
            [*tagged(transport="ssm"), ((*PRODUCTION, "deliver"), "push")],
            "goes over SSH: Systems Manager carries commands, not releases",
            "leave it out: each instance fetches then; or set ec2.transport: ssh",
        ),
        (
            [
                *HOSTLESS,
                ((*PRODUCTION, "backend"), "ecs"),
                ((*PRODUCTION, "ecs"), {"cluster": "main", "service": "shop", "image": "registry.example.com/shop"}),
                ((*PRODUCTION, "deliver"), "push"),
            ],
            "is for backends that change hosts: ecs brings releases by itself",
            "leave it out",
        ),
        (
            [
                *HOSTLESS,
                ((*PRODUCTION, "backend"), "asg"),
                ((*PRODUCTION, "asg"), {"group": "shop"}),
                ((*PRODUCTION, "deliver"), "fetch"),
            ],
            "is for backends that change hosts: asg brings releases by itself",
            "leave it out",
        ),
    ],
)
def test_where_it_cannot_be_it_is_refused_with_its_path_and_the_way_out(parts: list[Any], what: str, hint: str) -> None:
    (problem,) = problems(changed(*parts))
    assert (problem.path, problem.hint) == ("services.shop.environments.production.deliver", hint)
    assert problem.what.startswith(what)


def test_another_word_is_refused_with_those_there_are() -> None:
    (problem,) = problems(changed(((*PRODUCTION, "deliver"), "pull")))
    assert problem.path.endswith("production.deliver")
    assert "fetch" in problem.allowed
    assert "push" in problem.allowed
