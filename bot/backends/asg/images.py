"""What people call an image, as the one AMI that it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process as nearest

from bot.backends.aws_errors import asked
from bot.errors import CloudRefused, RefUnknown
from bot.fleet.asg import Asg

ID = re.compile(r"ami-[0-9a-f]{8,17}")
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()\[\]./'@_+:-]{0,127}")
"""What a ref may hold: the characters of an image's name."""
ABSENT = ("InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable")
NEAR = 3
NEAR_SCORE = 50  # of 100; below it a name is no likely slip of the keyboard


@dataclass(frozen=True, slots=True)
class Image:
    """`created` as AWS writes it, which sorts by time; `says` is what a ref would be that names it, if any does."""

    id: str
    name: str
    created: str
    says: str = ""


def image_of(ec2: Any, group: Asg, ref: str) -> Image:
    """The image of an id, else the newest that bears the ref. Raises RefUnknown with the nearest, CloudError."""
    found = _by_id(ec2, ref) if ID.fullmatch(ref) else _by_ref(ec2, group, ref)
    if not found:
        raise RefUnknown(ref, _near(ec2, group, ref))
    return max(found, key=lambda image: (image.created, image.id))


def images(ec2: Any, group: Asg) -> list[Image]:
    """All that a ref could name, the newest first."""
    if not _patterns(group):
        return []
    found = [image for image in _listed(ec2, group, "*") if image.says]
    return sorted(found, key=lambda image: image.created, reverse=True)


def _by_id(ec2: Any, ref: str) -> list[Image]:
    try:
        answer = asked("ec2:DescribeImages", lambda: ec2.describe_images(ImageIds=[ref]), ref)
    except CloudRefused as error:
        if any(code in str(error) for code in ABSENT):
            return []
        raise
    return [_image(one) for one in answer["Images"] if one.get("State", "available") == "available"]


def _by_ref(ec2: Any, group: Asg, ref: str) -> list[Image]:
    if not (_patterns(group) and REF.fullmatch(ref)):
        return []
    return _listed(ec2, group, _literally(ref))


def _listed(ec2: Any, group: Asg, ref: str) -> list[Image]:
    filters = [{"Name": "state", "Values": ["available"]}]
    filters += [{"Name": name, "Values": [text.replace("{ref}", ref)]} for name, text in _patterns(group).items()]
    paginator = ec2.get_paginator("describe_images")
    pages = asked(
        "ec2:DescribeImages",
        lambda: list(paginator.paginate(Owners=list(group.image_owners), Filters=filters)),
    )
    return [_image(one, group) for page in pages for one in page["Images"]]


def _patterns(group: Asg) -> dict[str, str]:
    """A filter's name -> a text with {ref} in it, or one that is the same for all."""
    named = {"name": group.image} if group.image else {}
    return {**named, **{f"tag:{name}": value for name, value in group.image_tags.items()}}


def _near(ec2: Any, group: Asg, ref: str) -> Sequence[str]:
    known = list(dict.fromkeys(image.says for image in images(ec2, group)))
    found = nearest.extract(ref, known, limit=NEAR, score_cutoff=NEAR_SCORE)
    return [name for name, _, _ in found]


def _image(one: Mapping[str, Any], group: Asg | None = None) -> Image:
    return Image(one["ImageId"], one.get("Name", ""), one.get("CreationDate", ""), _says(one, group) if group else "")


def _says(one: Mapping[str, Any], group: Asg) -> str:
    """The ref in the image's name or in its tags; empty where neither holds one."""
    texts = {"name": one.get("Name", ""), **{f"tag:{tag['Key']}": tag["Value"] for tag in one.get("Tags", ())}}
    for name, pattern in _patterns(group).items():
        before, mark, after = pattern.partition("{ref}")
        expression = f"{_expression(before)}(?P<ref>.+?){_expression(after)}"
        if mark and (found := re.fullmatch(expression, texts.get(name, ""))):
            return found["ref"]
    return ""


def _expression(pattern: str) -> str:
    """A filter's pattern as a regular expression."""
    parts = {"*": ".*", "?": "."}
    return "".join(parts.get(letter, re.escape(letter)) for letter in pattern)


def _literally(ref: str) -> str:
    """A filter's value takes * and ? for patterns."""
    return re.sub(r"([*?\\])", r"\\\1", ref)
