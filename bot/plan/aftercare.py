"""Whether what a check says after a deploy is done is the deploy's doing, and where the bot goes back to by itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.aftercare import Aftercare
from bot.fleet import Check
from bot.model import DeployKind, DeployState, Health, Incident, Release
from bot.plan.health import longest_gap
from bot.plan.ladder import standing, way_back
from bot.questions import BeatAsk, DnsAsk, TlsAsk
from bot.records import Deploy, DeployView
from bot.watch import CheckState, Outage

NOTHING_GOOD = "no other release ever fully succeeded there"
SAME_RELEASE = "the same release stood there before, so that going back would undo nothing"


class Finding(StrEnum):
    WATCHING = "watching"
    DOWN = "down"  # and it is the deploy's doing
    WELL = "well"
    UNSURE = "unsure"  # the time is over, and not every check is known to be well


@dataclass(frozen=True, slots=True)
class Seen:
    """The checks of a target as they stand. `outages` reach beyond the moment at which the deploy began to change
    hosts; `open_incidents` are those that have not ended.
    """

    checks: Sequence[Check]
    states: dict[str, CheckState]
    outages: Sequence[Outage]
    open_incidents: Sequence[Incident]


@dataclass(frozen=True, slots=True)
class Found:
    """`incident` is what went down; `lacking` the checks that are not known to be well."""

    finding: Finding
    incident: Incident | None = None
    lacking: tuple[str, ...] = ()


def aftercare_of(view: DeployView, state: DeployState, bake: timedelta | None, now: datetime) -> Aftercare | None:
    """What begins when the deploy ends so, `bake` being None where nothing is checked; None where nothing is watched.
    After a rollback nothing is: there is nowhere to go from it.
    """
    if not bake or state is not DeployState.SUCCEEDED or view.deploy.plan.kind is DeployKind.ROLLBACK:
        return None
    pairs = zip(view.deploy.plan.stages, view.stages, strict=False)
    begun = [stage.started_at for planned, stage in pairs if stage.started_at and planned.batch is not None]
    return Aftercare(view.deploy.id, min(begun, default=view.deploy.created_at), now, now + bake)


def tells_of_release(check: Check) -> bool:
    """A certificate, a name and a job's beat come and go without a deploy: none of them rolls one back."""
    return not isinstance(check.question, TlsAsk | DnsAsk | BeatAsk)


def look(care: Aftercare, seen: Seen, now: datetime) -> Found:
    """A failure that began in time is waited for until its check has settled, so that one that is asked rarely counts
    as much as one that is asked every second.
    """
    before = {outage.check_id for outage in seen.outages if outage.started_at < care.touched_at}
    for incident in seen.open_incidents:
        if _is_its_doing(incident, care, before, seen.states.get(incident.check_id)):
            return Found(Finding.DOWN, incident)
    if now < care.until or any(_unsettled(check, care, seen, now) for check in seen.checks if check.id not in before):
        return Found(Finding.WATCHING)
    lacking = tuple(check.id for check in seen.checks if not _well(check, care, seen.states.get(check.id)))
    return Found(Finding.UNSURE if lacking else Finding.WELL, lacking=lacking)


def _is_its_doing(incident: Incident, care: Aftercare, before: Collection[str], state: CheckState | None) -> bool:
    """Also what failed while hosts were changed, if it still fails after the end: a restart is no outage of a release
    whose hosts are well by then.
    """
    if incident.check_id in before or state is None or state.checked_at is None:
        return False
    in_time = care.touched_at <= incident.started_at <= care.until
    return in_time and state.ok is False and state.checked_at >= care.done_at


def _unsettled(check: Check, care: Aftercare, seen: Seen, now: datetime) -> bool:
    """It fails since a moment within the time, and not for long enough yet to be down."""
    state = seen.states.get(check.id)
    if state is None or state.ok is not False or state.health is Health.DOWN or state.streak_since is None:
        return False
    settles = check.down_after * (check.every + check.timeout)
    return care.touched_at <= state.streak_since <= care.until and now < care.until + settles


def _well(check: Check, care: Aftercare, state: CheckState | None) -> bool:
    """Up, and asked until the end: while the bot did not look, nothing was seen."""
    if state is None or state.checked_at is None or state.health is not Health.UP or not state.ok:
        return False
    return state.checked_at >= max(care.done_at, care.until - longest_gap(check.every, check.timeout))


def goal(deploy: Deploy, rungs: Sequence[Release]) -> Release | str:
    """Where the bot goes back to by itself, or in words why it does not: the last that fully succeeded before it."""
    if deploy.plan.fallback and deploy.plan.fallback.sha == deploy.release.sha:
        return SAME_RELEASE
    top = standing(list(rungs))
    found = way_back(list(rungs)) if top and top.sha == deploy.release.sha else top
    return found or NOTHING_GOOD


def hosts_of(view: DeployView, known: Iterable[str]) -> list[str]:
    """The hosts that it changed and that the fleet file still names."""
    names = set(known)
    return [line.host for line in view.hosts if line.host in names]
