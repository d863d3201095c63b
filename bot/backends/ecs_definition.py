"""Task definitions of ECS as values: copied with another image, and asked what they run. Nothing is called here."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import CloudRefused
from bot.model import DIGEST

REGISTER = "ecs:RegisterTaskDefinition"
ORDER, BEFORE = "pointsman:order", "pointsman:before"
"""Tags of a task definition that the bot registered: for which order, and what ran before."""
READ_ONLY = frozenset(
    {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
        "deregisteredAt",
        "deleteRequestedAt",
    }
)
Definition = Mapping[str, Any]
Tags = Sequence[Mapping[str, str]]


def container_of(definition: Definition, name: str | None) -> str:
    """The container that gets the image. Raises CloudRefused when that is not clear."""
    known = [str(one["name"]) for one in definition["containerDefinitions"]]
    if name in known:
        return str(name)
    if name is None and len(known) == 1:
        return known[0]
    arn, all_of = definition["taskDefinitionArn"], ", ".join(known)
    what = f"has no container {name}: it has {all_of}" if name else f"has several containers, {all_of}: set `container`"
    raise CloudRefused(REGISTER, f"{arn} {what}")


def image_of(definition: Definition, container: str) -> str:
    return next((str(one["image"]) for one in definition["containerDefinitions"] if one["name"] == container), "")


def digest_of(definition: Definition, container: str) -> str | None:
    """None where the image stands there by a tag, which may mean another image tomorrow."""
    _, _, digest = image_of(definition, container).partition("@")
    return digest if digest.startswith(DIGEST) else None


def copied(
    definition: Definition, fields: Sequence[str], container: str, image: str, tags: Mapping[str, str], kept: Tags
) -> dict[str, Any]:
    """What registers the same with this image: all that can be registered (`fields`, of the service model) and nothing
    that ECS itself filled in. Its tags stay, but the bot's own.
    """
    wanted = {key: value for key, value in definition.items() if key in fields and key not in READ_ONLY}
    wanted["containerDefinitions"] = [
        {**one, "image": image} if one["name"] == container else dict(one) for one in definition["containerDefinitions"]
    ]
    own = [dict(tag) for tag in kept if tag["key"] not in (ORDER, BEFORE) and not tag["key"].startswith("aws:")]
    wanted["tags"] = [*own, *({"key": key, "value": value} for key, value in tags.items())]
    return wanted


def tag(tags: Tags, name: str) -> str:
    return next((one["value"] for one in tags if one["key"] == name), "")


def family_of(arn: str) -> str:
    """`shop` of `arn:aws:ecs:…:task-definition/shop:17`, or of `shop:17`."""
    return re.sub(r":[0-9]+$", "", arn.rpartition("/")[2])


def short_arn(arn: str) -> str:
    """`shop:17`, as people read it."""
    return arn.rpartition("/")[2]
