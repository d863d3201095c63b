from typing import Any

import pytest

from bot.fleet.cloudformation import Cloudformation
from bot.model import Target
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

TARGET = Target("shop", "production")


def stack(**more: Any) -> tuple[tuple[str, ...], Any]:
    """`more` are keys of the deployment."""
    return PRODUCTION, {"backend": "cloudformation", "cloudformation": config(), **more}


def config(**changes: Any) -> dict[str, Any]:
    return {"stack": "shop-production", "template": "infra/shop.yaml", **changes}


def test_a_stack_needs_its_name_and_a_template() -> None:
    deployment = load(changed(stack())).deployment(TARGET)
    assert deployment is not None
    assert isinstance(deployment.managed, Cloudformation)
    assert deployment.places == ("shop-production (CloudFormation)",)


def test_what_a_stack_brings_is_a_commit_so_ci_may_be_asked() -> None:
    deployment = load(changed(stack(require_checks=True))).deployment(TARGET)
    assert deployment is not None
    assert deployment.require_checks is not None


def test_whole_numbers_are_taken_as_parameters_and_what_yaml_may_have_changed_is_not() -> None:
    found = load(changed(stack(cloudformation=config(parameters={"Size": 3, "Image": "shop:{sha}"}))))
    deployment = found.deployment(TARGET)
    assert deployment is not None
    assert deployment.cloudformation is not None
    assert deployment.cloudformation.parameters == {"Size": "3", "Image": "shop:{sha}"}
    problem = only_problem(stack(cloudformation=config(parameters={"Debug": True})))
    assert "write it in quotes" in problem.hint


@pytest.mark.parametrize("path", ["/etc/passwd", "../other/x.yaml", "infra//x.yaml", "-x", "infra/"])
def test_a_template_is_a_file_of_the_repository(path: str) -> None:
    problem = only_problem(stack(cloudformation=config(template=path)))
    assert problem.path.endswith("cloudformation.template")
    assert problem.what.startswith("is no file of the repository")


@pytest.mark.parametrize(
    ("more", "path", "what"),
    [
        ({"cloudformation": config(stack="shop_production")}, "cloudformation.stack", ""),
        ({"cloudformation": config(parameters={"Bad-Key": "x"})}, "cloudformation.parameters", ""),
        ({"cloudformation": config(capabilities=["IAM"])}, "cloudformation.capabilities.0", ""),
        ({"cloudformation": config(role="pointsman")}, "cloudformation.role", ""),
        ({"strategy": {"kind": "canary", "batches": ["20%", "100%"]}}, "strategy.kind", "changed as a whole"),
        ({"strategy": {"kind": "blue_green"}}, "strategy.kind", "keeps the old release on hosts"),
        ({"hosts": ["deploy@10.0.0.5"]}, "hosts", "cloudformation has no hosts"),
    ],
)
def test_what_cannot_be_is_named_with_its_path(more: dict[str, Any], path: str, what: str) -> None:
    problem = only_problem(stack(**more))
    assert f"production.{path}" in problem.path
    assert what in problem.what
