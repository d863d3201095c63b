"""Which systems run services, which keys go with each, and how releases reach hosts."""

from typing import Any, Literal

from pydantic.config import JsonDict

from bot.fleet.refusal import refuse
from bot.model import Host

Backend = Literal["ssh", "ec2", "ecs", "asg", "cloudformation"]
Deliver = Literal["fetch", "push"]
EXAMPLES = {
    "ec2": "{tags: {…}, user: deploy}",
    "ecs": "{cluster: main, service: shop, image: REGISTRY/shop}",
    "asg": '{group: shop, image: "shop-{ref}"}',
    "cloudformation": "{stack: shop, template: infra/shop.yaml}",
}
"""What the key of a backend looks like."""
HOSTS = ["path", "steps", "health"]


def _one(backend: str, words: str, required: list[str]) -> JsonDict:
    return {"properties": {"backend": {"const": backend, "description": words}}, "required": [*required]}


EITHER: JsonDict = {
    "oneOf": [
        _one("ssh", "Hosts are written.", ["hosts", *HOSTS]),
        _one("ec2", "Hosts are found.", ["ec2", *HOSTS]),
        _one("ecs", "ECS runs it.", ["ecs"]),
        _one("asg", "The instances of a group are replaced.", ["asg"]),
        _one("cloudformation", "A stack is changed.", ["cloudformation"]),
    ]
}
"""For the JSON Schema: what each backend needs."""


def written(hosts: tuple[Host, ...], backend: object) -> tuple[Host, ...]:
    """Raises a refusal where hosts are written that are found or are none, or none where they must be."""
    if backend == "ssh" and not hosts:
        raise refuse("is empty", "at least one")
    if backend == "ec2" and hosts:
        raise refuse("is for backend ssh: ec2 finds its hosts", hint="leave it out, or set backend: ssh")
    if backend in EXAMPLES and hosts:
        raise refuse(f"is for backend ssh: {backend} has no hosts", hint="leave it out, or set backend: ssh")
    return hosts


def of_its_backend(value: Any, key: str, backend: object) -> Any:
    """Raises a refusal unless the key of a backend's name stands there, and only with that backend."""
    if backend == key and value is None:
        raise refuse("is missing", EXAMPLES[key])
    if backend not in (None, key) and value is not None:
        raise refuse(f"is for backend {key}", hint=f"leave it out, or set backend: {key}")
    return value


def delivered(value: Deliver, backend: object, transport: object) -> Deliver:
    """Raises a refusal where nothing can be pushed, or nothing is brought to hosts at all."""
    if backend in EXAMPLES and backend != "ec2":
        raise refuse(f"is for backends that change hosts: {backend} brings releases by itself", hint="leave it out")
    if value == "push" and transport == "ssm":
        hint = "leave it out: each instance fetches then; or set ec2.transport: ssh"
        raise refuse("goes over SSH: Systems Manager carries commands, not releases", hint=hint)
    return value
