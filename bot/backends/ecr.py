"""Images in Amazon ECR."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from bot.backends.aws_errors import asked, code_of
from bot.backends.aws_sessions import Sessions
from bot.backends.image_names import near, whole
from bot.cloud import Account
from bot.errors import CloudError, RefUnknown
from bot.model import DIGEST, Release

ACTION = "ecr:DescribeImages"
ABSENT = "ImageNotFoundException"
NEWEST = "newest image"


class Ecr:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def resolve(self, name: str, registry: str, account: Account, ref: str | None) -> Release:
        """`registry` is the AWS account that the repository lies in. Raises RefUnknown, CloudError."""
        repository = {"repositoryName": name, "registryId": registry}
        if ref is None or (ref.startswith(DIGEST) and not whole(ref)):
            return self._among(repository, account, ref)
        which = {"imageDigest": ref} if ref.startswith(DIGEST) else {"imageTag": ref}
        try:
            found = self._ask(repository, account, imageIds=[which])
        except CloudError as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) == ABSENT:
                raise RefUnknown(ref, near(ref, self._tags(repository, account))) from error
            raise
        return Release(str(found[0]["imageDigest"]), ref)

    def _among(self, repository: dict[str, str], account: Account, ref: str | None) -> Release:
        """The newest that has a tag, called by it, or the only one whose digest begins so."""
        images = sorted(self._all(repository, account), key=lambda one: one["imagePushedAt"], reverse=True)
        if ref is not None:
            begin_so = [one for one in images if one["imageDigest"].startswith(ref)]
            if len(begin_so) != 1:
                raise RefUnknown(ref, tuple(one["imageDigest"][:19] for one in begin_so[:3]))
            return Release(str(begin_so[0]["imageDigest"]), ref)
        tagged = [one for one in images if one.get("imageTags")]
        if not tagged:
            raise RefUnknown(NEWEST)
        return Release(str(tagged[0]["imageDigest"]), str(tagged[0]["imageTags"][0]))

    def _tags(self, repository: dict[str, str], account: Account) -> list[str]:
        return [str(tag) for one in self._all(repository, account) for tag in one.get("imageTags", ())]

    def _all(self, repository: dict[str, str], account: Account) -> list[dict[str, Any]]:
        return asked(ACTION, lambda: list(self._pages(repository, account)), repository["repositoryName"])

    def _pages(self, repository: dict[str, str], account: Account) -> Iterator[dict[str, Any]]:
        client = self._sessions.client("ecr", account)
        for page in client.get_paginator("describe_images").paginate(**repository):
            yield from page["imageDetails"]

    def _ask(self, repository: dict[str, str], account: Account, **which: Any) -> list[dict[str, Any]]:
        client = self._sessions.client("ecr", account)
        found: list[dict[str, Any]] = asked(
            ACTION, lambda: client.describe_images(**repository, **which), repository["repositoryName"]
        )["imageDetails"]
        return found
