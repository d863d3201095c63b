"""Which operations of AWS a package's code names, by botocore's own models: what the IAM table is compared with."""

import ast
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

IAM_PREFIX = {"elbv2": "elasticloadbalancing"}
"""Where a service is called otherwise in policies than in the SDK."""
FREE = frozenset({"sts:GetCallerIdentity"})
"""Actions that AWS asks no permission for."""
SERVICES = ("autoscaling", "cloudformation", "ec2")
"""Whose actions are told by their own names, too: `asked("ec2:DescribeImages", …)`."""
MODELS = botocore.session.Session()


ALL = frozenset(f"{one}:{name}" for one in SERVICES for name in MODELS.get_service_model(one).operation_names)


def actions_called(package: Path) -> set[str]:
    """Every `service:Operation` that a file of the package can mean: it names a service in `….client("ec2", …)` and
    the operation as a method or a paginator's name.
    """
    return {action for file in package.rglob("*.py") for action in actions_in(file.read_text("utf-8"))} - FREE


def actions_in(code: str) -> set[str]:
    tree = ast.parse(code)
    named = set(_names(tree))
    return {name for name in named if name in ALL} | {
        f"{IAM_PREFIX.get(service, service)}:{operation}"
        for service in _services(tree)
        for method, operation in operations(service).items()
        if method in named
    }


def operations(service: str) -> dict[str, str]:
    """By the name of boto3's method."""
    return {xform_name(name): name for name in MODELS.get_service_model(service).operation_names}


def _services(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client"
        if called and isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
