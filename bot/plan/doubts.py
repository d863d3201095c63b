"""Does this plan want a click before it begins, and does a click still count?"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.doubts import Doubt, DoubtKind
from bot.drafts import Draft, Fate
from bot.model import DeployKind, Incident
from bot.records import Plan
from bot.refusals import Reason
from bot.watch import Blindness

LASTS = timedelta(minutes=10)  # that long a plan that was shown may be begun by its button


ALWAYS = frozenset({DoubtKind.IRREVERSIBLE, DoubtKind.BLIND})  # what an alert's button did not say


def doubts(
    plan: Plan, confirm: bool, incidents: Sequence[Incident], blind: Blindness | None = None
) -> tuple[Doubt, ...]:
    """`confirm` is the fleet file's wish for the environment; `incidents` are those open there, oldest first; `blind`
    says that the bot cannot see.

    A rollback is what an incident wants; it is never held up by one.
    """
    found = [Doubt(DoubtKind.CONFIRM)] if confirm else []
    if plan.kind is DeployKind.DEPLOY:
        found += [Doubt(DoubtKind.INCIDENT, str(one.id), one.cause, one.started_at) for one in incidents]
    if plan.irreversible:
        found.append(Doubt(DoubtKind.IRREVERSIBLE, ", ".join(plan.irreversible)))
    if blind:
        found.append(Doubt(DoubtKind.BLIND, str(blind.id), blind.cause, blind.since))
    return tuple(found)


def asking(found: Iterable[Doubt], incident: int | None) -> tuple[Doubt, ...]:
    """Those that are asked about; an alert's button has its own question, which speaks of the rest."""
    return tuple(doubt for doubt in found if incident is None or doubt.kind in ALWAYS)


def unseen(draft: Draft, found: Iterable[Doubt]) -> bool:
    """Whether there is a doubt now that the asker was not shown."""
    return any(doubt.key not in draft.doubts for doubt in found)


def no_click(draft: Draft | None, user: str, now: datetime) -> Reason | None:
    """Why this person's click on the proposal does not count; None when it does."""
    if draft is None:
        return Reason.UNKNOWN_PROPOSAL
    if draft.asker != user:
        return Reason.NOT_YOURS
    if draft.fate is not Fate.OPEN:
        return Reason.USED
    return Reason.STALE if now >= draft.expires_at else None
