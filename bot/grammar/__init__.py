"""What a person typed after a slash command, as a value. Pure.

    /deploy SERVICE@REF to ENV      /deploy SERVICE/REF to ENV/HOST,HOST      /deploy SERVICE REF ENV
    /deploy plan …                  /deploy rollback | promote | abort | lock | unlock | locks | freeze | unfreeze …
    /deploy replace SERVICE HOST    /deploy status SERVICE | history SERVICE  /deploy help
    /deploy run SERVICE TASK
    /deploy (opens a form)          /status [SERVICE]                         /status help
    /status silence SERVICE 2h "…"  /status unsilence SERVICE                 /status silences
    /status ack NUMBER              /status checks SERVICE                    /status incidents
    /status close NUMBER "REASON"
    /scale SERVICE [in ENV] 6 | +2 | -1 | auto | hold [2h] | plan

Case, smart quotes, long dashes and extra spaces are forgiven; ambiguity is not. Names come out in lower case, as every
name of a fleet file is; a ref stays as it was typed. Whether a name exists is for whoever answers the command to say.
"""

from bot.grammar.command import DEPLOY_USAGE, STATUS_USAGE, near_verbs, parse_deploy, parse_status
from bot.grammar.forms import (
    AbortOf,
    DeployCommand,
    DeployTo,
    Form,
    Help,
    HistoryOf,
    Misread,
    PlanOf,
    PromoteTo,
    RollbackOf,
    StatusCommand,
)
from bot.grammar.hold_forms import ALL, FreezeOf, LockOf, Locks, UnfreezeOf, UnlockOf, Until
from bot.grammar.machine_forms import ReplaceOf
from bot.grammar.options import OPTIONS, STRATEGIES
from bot.grammar.parts import NAME, ref_trouble
from bot.grammar.scale import SCALE_USAGE, SCALE_VERBS, parse_scale
from bot.grammar.scale_forms import Amount, AutoOf, HoldOf, ScaleCommand, ScalePlanOf, ScaleTo
from bot.grammar.status_forms import (
    AckOf,
    ChecksOf,
    CloseOf,
    IncidentsNow,
    SilenceOf,
    SilencesNow,
    StatusOf,
    UnsilenceOf,
)
from bot.grammar.task_forms import RunOf
from bot.grammar.words import ARROWS, LONGEST, nearest, shown

__all__ = [
    "ALL",
    "ARROWS",
    "DEPLOY_USAGE",
    "LONGEST",
    "NAME",
    "OPTIONS",
    "SCALE_USAGE",
    "SCALE_VERBS",
    "STATUS_USAGE",
    "STRATEGIES",
    "AbortOf",
    "AckOf",
    "Amount",
    "AutoOf",
    "ChecksOf",
    "CloseOf",
    "DeployCommand",
    "DeployTo",
    "Form",
    "FreezeOf",
    "Help",
    "HistoryOf",
    "HoldOf",
    "IncidentsNow",
    "LockOf",
    "Locks",
    "Misread",
    "PlanOf",
    "PromoteTo",
    "ReplaceOf",
    "RollbackOf",
    "RunOf",
    "ScaleCommand",
    "ScalePlanOf",
    "ScaleTo",
    "SilenceOf",
    "SilencesNow",
    "StatusCommand",
    "StatusOf",
    "UnfreezeOf",
    "UnlockOf",
    "UnsilenceOf",
    "Until",
    "near_verbs",
    "nearest",
    "parse_deploy",
    "parse_scale",
    "parse_status",
    "ref_trouble",
    "shown",
]
