"""What the audit keeps of a deploy's beginning and of its end; called in the transaction of either."""

from bot.engine.audit import Audit
from bot.model import DeployKind, DeployState, Release
from bot.records import Deploy
from bot.trail import THE_BOT, What


def note_begun(audit: Audit, deploy: Deploy, before: Release | None) -> None:
    """`before` is the release that stood there."""
    what = What.ROLLBACK_BEGUN if deploy.plan.kind is DeployKind.ROLLBACK else What.DEPLOY_BEGUN
    audit.note(
        deploy.requester,
        What.ROLLBACK_AUTOMATIC if deploy.requester == THE_BOT else what,
        f"deploy {deploy.id}",
        deploy.target,
        why="" if deploy.incident is None else f"incident {deploy.incident}",
        before=_exactly(before) if before else "",
        after=_exactly(deploy.release),
    )


def note_ended(audit: Audit, deploy: Deploy, state: DeployState, reason: str) -> None:
    """`deploy` as it stood before."""
    subject = f"deploy {deploy.id}"
    audit.note(THE_BOT, What.DEPLOY_ENDED, subject, deploy.target, reason, deploy.state.value, state.value)


def _exactly(release: Release) -> str:
    """What a person calls it, and what it is."""
    return f"{release.name} {release.sha}"
