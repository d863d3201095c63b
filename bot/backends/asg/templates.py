"""Launch template versions: each order makes one, which bears its id, and never a second."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.backends.aws_errors import asked
from bot.errors import CloudRefused
from bot.model import Release

DESCRIBE = "ec2:DescribeLaunchTemplateVersions"
CREATE = "ec2:CreateLaunchTemplateVersion"
DESCRIPTION = re.compile(r"pointsman (?P<order>\S+) over (?P<before>\d+)(?: .*)?")
CALLED = 100  # characters of a ref


@dataclass(frozen=True, slots=True)
class Version:
    """`order` is whose it is, empty for one that we did not make; `before` the number that stood there until then."""

    number: str
    image: str
    order: str = ""
    before: str = ""
    user_data: str | None = field(default=None, repr=False)


class LaunchTemplate:
    """One launch template, as it is while one order is worked on."""

    def __init__(self, ec2: Any, template: str) -> None:
        self._ec2 = ec2
        self._id = template

    def number(self, version: str) -> str:
        """The number that `$Latest` or `$Default` mean now; of a number itself."""
        return version if version.isdigit() else self._exactly(version).number

    def version(self, number: str) -> Version:
        return self._exactly(number)

    def versions(self) -> list[Version]:
        """The newest first."""
        paginator = self._ec2.get_paginator("describe_launch_template_versions")
        pages = asked(DESCRIBE, lambda: list(paginator.paginate(LaunchTemplateId=self._id)))
        found = [_version(one) for page in pages for one in page["LaunchTemplateVersions"]]
        return sorted(found, key=lambda version: int(version.number), reverse=True)

    def of(self, order: str) -> Version | None:
        return next((version for version in self.versions() if version.order == order), None)

    def make(self, order: str, release: Release, source: str, before: str, user_data: str | None) -> Version:
        """The version `source` with this image (and user data, unless None); `before` is what the group launches from.

        AWS itself makes none twice for one order: its token is the order's.
        """
        data = {"ImageId": release.sha}
        if user_data is not None:
            data["UserData"] = base64.b64encode(user_data.encode()).decode()
        name = " ".join(release.ref.split())[:CALLED]
        answer = asked(
            CREATE,
            lambda: self._ec2.create_launch_template_version(
                LaunchTemplateId=self._id,
                SourceVersion=source,
                ClientToken=order,
                VersionDescription=f"pointsman {order} over {before} {name}".strip(),
                LaunchTemplateData=data,
            ),
        )
        return _version(answer["LaunchTemplateVersion"])

    def _exactly(self, version: str) -> Version:
        answer = asked(
            DESCRIBE,
            lambda: self._ec2.describe_launch_template_versions(LaunchTemplateId=self._id, Versions=[version]),
        )
        if not answer["LaunchTemplateVersions"]:
            raise CloudRefused(DESCRIBE, f"{self._id} has no version {version}")
        return _version(answer["LaunchTemplateVersions"][0])


def source_of(versions: Sequence[Version], number: str, image: str, wanted: str | None) -> tuple[Version, str | None]:
    """What a version with this image is made from, and the user data to put in, None where it has them already.

    An image that ran before comes back with all that its version had then; any other takes the place of what the group
    launches from, `number`.
    """
    now = next(version for version in versions if version.number == number)
    ran = {version.number for version in versions if version.order} | {version.before for version in versions}
    known = [version for version in versions if version.image == image and version.number in ran]
    source = now if now.image == image or not known else known[0]
    return source, None if wanted is None or wanted == source.user_data else wanted


def _version(one: Mapping[str, Any]) -> Version:
    found = DESCRIPTION.fullmatch(one.get("VersionDescription") or "")
    data = one.get("LaunchTemplateData", {})
    order, before = (found["order"], found["before"]) if found else ("", "")
    return Version(str(one["VersionNumber"]), data.get("ImageId", ""), order, before, _text(data.get("UserData")))


def _text(encoded: str | None) -> str | None:
    return None if encoded is None else base64.b64decode(encoded).decode("utf-8", "replace")
