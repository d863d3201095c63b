"""What the audit is made of. Values only: bot/state/audit.py keeps them, bot/plan/audit.py chains and judges them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

GENESIS = "0" * 64
THE_BOT = "pointsman"  # who, for what nobody asked for


class What(StrEnum):
    """What was done. These words stand in databases and exports for years: add, never change."""

    COMMAND = "command"
    CLICK = "click"
    FORM = "form"
    REFUSED = "refused"
    DEPLOY_BEGUN = "deploy.begun"
    ROLLBACK_BEGUN = "rollback.begun"  # asked for by a person
    ROLLBACK_AUTOMATIC = "rollback.automatic"
    ROLLBACK_LEFT = "rollback.left"  # a check went down after a deploy, and there was no way back
    DEPLOY_ABORTED = "deploy.aborted"  # its end was asked for
    HALT_CHOSEN = "halt.chosen"  # what follows on an abort
    DEPLOY_ENDED = "deploy.ended"  # rollbacks too
    APPROVAL_VOTED = "approval.voted"
    APPROVAL_PROMOTED = "approval.promoted"  # this vote was the last that was needed
    APPROVAL_ABORTED = "approval.aborted"
    APPROVAL_EXPIRED = "approval.expired"
    RESTART_BEGUN = "restart.begun"
    RESTART_ENDED = "restart.ended"
    STEP_BEGUN = "step.begun"  # a named one, of an alert
    STEP_ENDED = "step.ended"
    DEPLOY_FORCED = "deploy.forced"  # past a freeze
    LOCK_TAKEN = "lock.taken"
    LOCK_TAKEN_OVER = "lock.taken_over"
    LOCK_ENDED = "lock.ended"
    FREEZE_BEGUN = "freeze.begun"
    FREEZE_ENDED = "freeze.ended"
    QUEUE_JOINED = "queue.joined"
    QUEUE_ENDED = "queue.ended"  # begun, left, replaced, refused or expired
    SILENCE_BEGUN = "silence.begun"
    SILENCE_ENDED = "silence.ended"
    PROPOSED = "proposal.shown"  # asked for, and waits for a confirming click
    PROPOSAL_CONFIRMED = "proposal.confirmed"
    PROPOSAL_CANCELLED = "proposal.cancelled"
    PROPOSAL_REPLACED = "proposal.replaced"  # its plan had changed
    SCALE_BEGUN = "scale.begun"
    SCALE_ENDED = "scale.ended"
    SCALE_PROPOSED = "scale.shown"  # waits for a confirming click
    SCALE_CANCELLED = "scale.cancelled"
    SCALE_HELD = "scale.held"
    SCALE_GIVEN_BACK = "scale.given_back"  # to the rules
    TASK_BEGUN = "task.begun"  # a command that is run once
    TASK_ENDED = "task.ended"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    INCIDENT_ENDED = "incident.ended"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """`fields` is all that was recorded but the hashes; `previous` the hash of the row before, or GENESIS."""

    id: int
    fields: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The chain as it ended once: after `count` rows stood this hash."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


EMPTY = Head(0, GENESIS)
