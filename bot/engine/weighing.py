"""What a command would begin, weighed afresh each time it is asked: rights, holds, facts, decision, doubts."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.engine.ci import CiGate
from bot.engine.claims import Claims
from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.measurable import MetricGate
from bot.engine.previews import Previews
from bot.fleet import Fleet
from bot.grammar import DeployTo, RollbackOf
from bot.model import DeployKind, Release, Target, short
from bot.plan.back import left_hosts, pick
from bot.plan.deploy import decide_rollback
from bot.plan.irreversible import left_behind
from bot.plan.known import find_place, find_target
from bot.plan.ladder import standing
from bot.plan.objections import Going
from bot.plan.promotion import step_before
from bot.preview import Preview
from bot.records import Deploy, Plan
from bot.refusals import Reason, Refusal
from bot.tolerance import STRICT


@dataclass(frozen=True, slots=True)
class Weighed:
    """What could begin now. `command` is what was asked for; `force` the reason to pass a freeze; `incident` the alert
    whose button asked.
    """

    command: DeployTo | RollbackOf
    preview: Preview
    force: str | None = None
    incident: int | None = None

    @property
    def plan(self) -> Plan:
        return self.preview.plan


class Weighing:
    def __init__(
        self,
        journal: Journal,
        claims: Claims,
        doors: Doors,
        previews: Previews,
        ci: CiGate,
        metrics: MetricGate,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._claims = claims
        self._doors = doors
        self._previews = previews
        self._ci = ci
        self._metrics = metrics
        self._fleet = fleet

    def deploy(self, user: str, wanted: DeployTo, shown: str = "") -> Weighed | Refusal:
        """May take as long as git takes to fetch. `shown` is the SHA that the asker was shown; empty: none was."""
        target = find_target(self._fleet(), wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        closed = self.closed(Going(target, user, force=wanted.force))
        if closed:
            return closed
        preview = self._previews.planned(wanted, user)
        if isinstance(preview, Refusal):
            return preview
        return (
            next(iter(preview.busy), None)
            or self._moved(wanted, preview.plan, shown)
            or self._red(wanted, preview.plan)
            or self._metrics.bar(preview.plan)
            or Weighed(wanted, preview, wanted.force)
        )

    def _moved(self, wanted: DeployTo, plan: Plan, shown: str) -> Refusal | None:
        if shown in ("", plan.release.sha):
            return None
        before = step_before(self._fleet(), plan.target)
        name = wanted.ref or (before.environment if before else "the default branch")
        return Refusal(Reason.MOVED, name, (short(shown), plan.release.short), target=plan.target)

    def _red(self, wanted: DeployTo, plan: Plan) -> Refusal | None:
        return self._ci.bar(plan) if wanted.force is None else None

    def rollback(self, user: str, wanted: RollbackOf, incident: int | None = None) -> Weighed | Refusal:
        """To the release before the standing one, or to a named one that was good there; on all hosts at once.

        Asks git only where a plan is to be shown: in an outage nothing waits for it.
        """
        target = find_place(self._fleet(), wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        closed = self.closed(Going(target, user, DeployKind.ROLLBACK))
        if closed:
            return closed
        plan = self._way_back(target, wanted.ref)
        if isinstance(plan, Refusal):
            return plan
        return Weighed(wanted, self._previews.of_rollback(plan, incident), incident=incident)

    def look_back(self, user: str, wanted: RollbackOf) -> Preview | Refusal:
        """What a rollback would do; anybody may look. Asks git."""
        target = find_place(self._fleet(), wanted.service, wanted.environment)
        plan = target if isinstance(target, Refusal) else self._way_back(target, wanted.ref)
        return plan if isinstance(plan, Refusal) else self._previews.shown_rollback(plan, user)

    def _way_back(self, target: Target, ref: str | None) -> Plan | Refusal:
        left = self._left(target) is not None
        back = pick(target, self._journal.deploys.succeeded(target), ref, left)
        return back if isinstance(back, Refusal) else self.back_to(target, back)

    def back_to(self, target: Target, release: Release | None) -> Plan | Refusal:
        """The plan of a rollback, which knows what it would leave behind."""
        deployment, service = self._fleet().deployment(target), self._fleet().services.get(target.service)
        hosts = deployment.places if deployment else ()
        managed = deployment is not None and deployment.managed is not None
        borne = deployment.strategy.tolerance if deployment else STRICT
        plan = decide_rollback(target, release, hosts, borne, managed)
        if isinstance(plan, Refusal) or service is None:
            return plan
        succeeded = self._journal.deploys.succeeded(target)
        gone = left_behind(service.irreversible, succeeded, self._left(target), plan.release)
        return replace(plan, irreversible=gone)

    def _left(self, target: Target) -> Deploy | None:
        """The last deploy, if hosts are on its release while another one stands there."""
        last, stands = self._journal.deploys.last(target), standing(self._journal.rungs(target))
        return last if last and left_hosts(last, self._journal.hosts.of(last.id), stands) else None

    def closed(self, going: Going) -> Refusal | None:
        """What stands in the way of anybody, or of this person; asked early: before git is, or anything moves."""
        closed = self._doors.closed(going.by, going.target)
        if closed is None and going.force is not None:
            closed = self._doors.closed_to_force(going.by, going.target)
        return closed or self._claims.closed(going)
