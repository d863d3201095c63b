"""What an image's tag means now: its digest, from ECR or any registry that speaks the v2 API."""

from bot.backends.aws_sessions import Sessions
from bot.backends.ecr import Ecr
from bot.backends.registry_v2 import RegistryV2
from bot.cloud import HERE, Account
from bot.fleet.ecs import ECR
from bot.model import Release


class Registries:
    def __init__(self, sessions: Sessions) -> None:
        self._ecr = Ecr(sessions)
        self._others = RegistryV2()

    def resolve(self, image: str, ref: str | None, account: Account = HERE) -> Release:
        """A tag, a digest or its beginning; None: the newest image. Raises RefUnknown, RepositoryUnreachable,
        CloudError.
        """
        found = ECR.fullmatch(image)
        if found:
            return self._ecr.resolve(found["name"], found["account"], account.at(found["region"]), ref)
        return self._others.resolve(image, ref)

    def close(self) -> None:
        self._others.close()
