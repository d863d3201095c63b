"""What changed last at a target: the first question of everybody who is paged."""

from bot.messages.words import escape, user
from bot.model import Changed, DeployKind, DeployState, Target
from bot.plan.ladder import ladder, way_back
from bot.records import Deploy
from bot.state.database import Database
from bot.state.deploys import Deploys

ENDINGS = {
    DeployState.RUNNING: ", which is running",
    DeployState.SUCCEEDED: "",
    DeployState.ROLLED_BACK: ", which failed and was rolled back",
    DeployState.FAILED: ", which failed",
}


class LastChange:
    def __init__(self, db: Database) -> None:
        self._deploys = Deploys(db)

    def of(self, target: Target) -> Changed | None:
        """The last deploy there, with the release that a rollback would bring back; None before the first."""
        deploy = self._deploys.last(target)
        if deploy is None:
            return None
        back = way_back(ladder(self._deploys.succeeded(target)))
        return Changed(_words(deploy), deploy.finished_at or deploy.created_at, back)


def _words(deploy: Deploy) -> str:
    """`deploy 41 (1.4.1 → 1.4.2) by <@U1>`, in mrkdwn."""
    kind = "rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "deploy"
    before = f"{escape(deploy.plan.fallback.name)} → " if deploy.plan.fallback else ""
    release = escape(deploy.release.name)
    return f"{kind} {deploy.id} ({before}{release}) by {user(deploy.requester)}{ENDINGS[deploy.state]}"
