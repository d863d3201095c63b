"""Which actions an alert offers, and in which order: what is down says more than what its check asks for. Pure.

Every host of a freshly deployed release: going back. Some of several: these hosts. One of several that a cloud makes:
beside its restart, a new one in its place. Else what the check names first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.capacity import AsgPool, Ec2Pool
from bot.fleet import Fleet
from bot.model import Action, Changed, Target
from bot.plan.pools import pool_of
from bot.remedies import Kind, NamedStep, Offer, Scene
from bot.watch import Alert, Backdrop

FRESH = timedelta(hours=1)
PREFERRED = {
    Action.ROLLBACK: Kind.ROLLBACK,
    Action.RESTART: Kind.RESTART,
    Action.SCALE: Kind.SCALE,
    Action.RUNBOOK: Kind.STEP,
}


def backdrop_of(fleet: Fleet, target: Target) -> Backdrop:
    service = fleet.service(target.service)
    deployment = fleet.deployment(target)
    actions = deployment.actions if deployment else {}
    steps = tuple(NamedStep(name, action.confirm) for name, action in actions.items())
    made_by_a_cloud = isinstance(pool_of(fleet, target), AsgPool | Ec2Pool)
    return Backdrop(service.runbook if service else None, len(fleet.hosts(target)), steps, made_by_a_cloud)


def scene_of(still: Sequence[Alert]) -> Scene:
    """Of those that are down and told in one message: the first one's target is acted on."""
    lead = still[0]
    seen, changed = lead.sighting, lead.sighting.changed
    same = [one.incident.host for one in still if one.incident.target == lead.incident.target]
    return Scene(
        preferred=PREFERRED[seen.action],
        down=tuple(sorted({host for host in same if host})) if all(same) else (),
        hosts=seen.hosts,
        back=str(changed.rollback_to) if changed and changed.rollback_to else "",
        fresh=is_fresh(changed, lead.incident.started_at),
        steps=seen.steps,
        runs=seen.hosts > 0 or not seen.source,
        replaceable=seen.replaceable,
    )


def is_fresh(changed: Changed | None, first_failure: datetime) -> bool:
    """Whether the release that stands there was deployed shortly before."""
    came = changed.deployed_at if changed else None
    return came is not None and came <= first_failure <= came + FRESH


def fresh_release(changed: Changed | None, first_failure: datetime) -> str:
    """The SHA of what was deployed there shortly before; empty when nothing was. It says which repository, too."""
    return changed.deployed.sha if changed and changed.deployed and is_fresh(changed, first_failure) else ""


def offers(scene: Scene) -> tuple[Offer, ...]:
    """The first one is what most likely helps; nothing for what the bot does not run."""
    if not scene.runs:
        return ()
    restart = Offer(Kind.RESTART, hosts=scene.down)
    steps = [Offer(Kind.STEP, step.name, scene.down, step.question) for step in scene.steps]
    goes_back = scene.back and (scene.fresh or scene.preferred is Kind.ROLLBACK)
    back = [Offer(Kind.ROLLBACK, scene.back)] if goes_back else []
    swap = (
        [Offer(Kind.REPLACE, hosts=scene.down)] if scene.replaceable and scene.partly and len(scene.down) == 1 else []
    )
    more = [Offer(Kind.SCALE)] if scene.preferred is Kind.SCALE else []
    first = _first(scene)
    ranked = {
        Kind.ROLLBACK: [*back, *more, restart, *steps],
        Kind.RESTART: [restart, *swap, *more, *back, *steps],
        Kind.SCALE: [*more, restart, *back, *steps],
        Kind.STEP: [*steps, restart, *back],
    }
    return tuple(ranked[first])


def calming(scene: Scene) -> tuple[Offer, ...]:
    """What the message of a flapping check offers: what its check names, and going back where that helps; no machine is
    replaced that is well half of the time.
    """
    wanted = {scene.preferred, Kind.ROLLBACK}
    return tuple(offer for offer in offers(scene) if offer.kind in wanted)


def _first(scene: Scene) -> Kind:
    if scene.partly:
        return Kind.RESTART
    if scene.fresh and scene.back:
        return Kind.ROLLBACK
    return scene.preferred or Kind.RESTART
