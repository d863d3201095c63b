"""Why something asked for was not begun: a no is a value, with the facts that its words are made of."""

from dataclasses import dataclass
from enum import StrEnum

from bot.ci import CommitCheck
from bot.drafts import Draft
from bot.halt import Halt
from bot.holds import Frozen, Lock, Wish
from bot.model import Target
from bot.records import Act, Approval, Deploy
from bot.scales import Scaling


class Reason(StrEnum):
    """Why something asked for was not begun."""

    UNREADABLE = "unreadable"  # the command's words
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_ENVIRONMENT = "unknown_environment"
    UNKNOWN_HOST = "unknown_host"
    UNKNOWN_TASK = "unknown_task"  # the fleet file has no such command to be run once
    AS_A_WHOLE = "as_a_whole"  # a system brings releases there by itself: not host by host, nor in another way
    NO_HOSTS = "no_hosts"  # none was found that the release could be brought to
    UNKNOWN_REF = "unknown_ref"
    MOVED = "moved"  # what the asker was shown for this ref is not what it is now
    UNKNOWN_DEPLOY = "unknown_deploy"
    SOURCE = "source"  # the repository cannot be read
    CLOUD = "cloud"  # the system that runs it cannot be read
    FORBIDDEN = "forbidden"
    MAY_NOT_RUN = "may_not_run"  # a named step, which says who may
    MAY_NOT_APPROVE = "may_not_approve"
    UNSURE_WHO = "unsure_who"  # whether the asker may cannot be read
    BUSY = "busy"  # another deploy or act runs there
    DECIDED = "decided"  # the question was answered before
    EXPIRED = "expired"  # its deadline has passed
    OTHER_PLAN = "other_plan"  # the click was meant for another plan than the one that runs
    OWN_REQUEST = "own_request"  # four eyes are asked for
    TWICE = "twice"  # this person has approved already
    WITHOUT_REASON = "without_reason"  # the analysis could not tell: a yes needs a reason
    NOTHING_TO_PROMOTE = "nothing_to_promote"
    UNSETTLED = "unsettled"  # where the release would come from another one is being brought
    WHICH_DEPLOY = "which_deploy"  # several run
    WHICH_ENVIRONMENT = "which_environment"  # the service runs in several
    NEVER_GOOD = "never_good"  # the release never fully succeeded there
    FIRST_STEP = "first_step"  # nothing is promoted into the first environment
    STAGED = "staged"  # a strategy that is a command of its own: promote
    LAST_STEP = "last_step"  # there is no environment after this one
    NOTHING_GOOD = "nothing_good"  # no release to go back to
    LOCKED = "locked"  # somebody else's lock, or the bot's after a rollback, lies on it
    OTHER_REF = "other_ref"  # the asker's own lock was taken for another ref
    HELD = "held"  # the lock that was asked for is somebody else's
    NOT_LOCKED = "not_locked"
    NO_REASON = "no_reason"
    LEASE_TOO_LONG = "lease_too_long"
    FROZEN = "frozen"  # nothing but rollbacks begins there now
    FROZEN_ALREADY = "frozen_already"
    NOT_FROZEN = "not_frozen"
    IN_THE_FILE = "in_the_file"  # a window of the fleet file, which no command ends
    SILENCED = "silenced"  # somebody was quicker
    SILENCE_TOO_LONG = "silence_too_long"
    NOT_SILENCED = "not_silenced"
    UNCLEAR_TIME = "unclear_time"
    CHECKS_FAILED = "checks_failed"  # CI says no to the commit
    CHECKS_UNREADABLE = "checks_unreadable"  # what CI says of it cannot be read
    UNMEASURABLE = "unmeasurable"  # the analysis could never tell: a metric does not exist, or its query is wrong
    MAY_NOT_FORCE = "may_not_force"
    CHOSEN = "chosen"  # what follows on an abort was chosen before
    NOTHING_UNKNOWN = "nothing_unknown"  # no host is there to be tried again
    ACKNOWLEDGED = "acknowledged"  # somebody was quicker
    UNKNOWN_PROPOSAL = "unknown_proposal"  # of a confirming click
    NOT_YOURS = "not_yours"  # somebody else asked for it
    TO_CONFIRM = "to_confirm"  # its turn in line came, and it asks for a click
    BLIND = "blind"  # its turn in line came while the bot cannot see: nothing begins by itself
    USED = "used"  # it was confirmed, cancelled or shown anew before
    STALE = "stale"  # its time is over
    REF_GONE = "ref_gone"  # a branch or tag was deleted after the plan was shown
    NOT_BY_HAND = "not_by_hand"  # an incident of a check, which ends by itself
    OVER = "over"  # the incident or act that a button belonged to has ended
    NOT_SCALED = "not_scaled"  # nothing there whose number could be changed
    NOT_RULED = "not_ruled"  # no rules decide there
    OUT_OF_LIMITS = "out_of_limits"
    SO_MANY = "so_many"  # there are just as many as were asked for
    NONE_MAY_GO = "none_may_go"  # of the hosts, not so many
    OTHER_NUMBER = "other_number"  # there are no longer as many as when it was shown
    MAY_NOT_SCALE = "may_not_scale"
    HOLD_TOO_LONG = "hold_too_long"
    POOL_UNREAD = "pool_unread"  # how its machines stand
    STATE = "state"  # the database cannot be written now


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no, with the facts that its words are made of (`messages/refusals.py`).

    `name` is what was asked for, `known` what exists, `near` the nearest of those; `detail` another system's own
    words; `deploy` or `act` the one that stands in the way.
    """

    reason: Reason
    name: str = ""
    known: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    detail: str = ""
    deploy: Deploy | None = None
    act: Act | None = None
    target: Target | None = None
    approval: Approval | None = None
    lock: Lock | None = None
    frozen: Frozen | None = None
    checks: tuple[CommitCheck, ...] = ()  # those that failed
    halt: Halt | None = None
    wish: Wish | None = None  # for a lock that somebody else holds
    proposal: Draft | None = None
    scale: Scaling | None = None  # that is on its way there, or that a button belonged to
