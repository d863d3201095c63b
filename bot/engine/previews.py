"""What a deploy would do, without doing it: the same facts and the same decision as the deploy itself."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.engine.ci import CiGate
from bot.engine.eyes import Eyes
from bot.engine.findings import Findings, manner_of
from bot.engine.holds import Holds
from bot.engine.host_releases import RECENT, HostReleases
from bot.engine.journal import Journal
from bot.engine.measurable import MetricGate
from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.model import Release, Target
from bot.plan.deploy import decide
from bot.plan.doubts import asking, doubts
from bot.plan.known import find_target
from bot.plan.objections import Going
from bot.plan.past import PAST, took
from bot.plan.promotion import step_before
from bot.plan.releases import beside
from bot.preview import Preview
from bot.records import Commit, Plan
from bot.refusals import Refusal

SUBJECTS = 10  # commits that are named


class Previews:
    def __init__(
        self,
        journal: Journal,
        findings: Findings,
        ci: CiGate,
        metrics: MetricGate,
        outages: Outages,
        holds: Holds,
        eyes: Eyes,
        busy: Callable[[Target], Refusal | None],
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._running = HostReleases(journal.deploys, journal.hosts, journal.equipped)
        self._findings = findings
        self._ci = ci
        self._metrics = metrics
        self._outages = outages
        self._holds = holds
        self._eyes = eyes
        self._busy = busy
        self._fleet = fleet

    def of(self, wanted: DeployTo, user: str = "") -> Preview | Refusal:
        """With what CI and the metrics say now. Anybody may look, also at what could not begin now; what holds others
        back does not hold `user`.
        """
        seen = self.planned(wanted, user)
        if isinstance(seen, Refusal):
            return seen
        found = self._metrics.measurable(seen.plan)
        return replace(seen, ci=self._ci.seen(seen.plan), unmeasurable=found.lacking, unasked=found.unasked)

    def planned(self, wanted: DeployTo, user: str = "") -> Preview | Refusal:
        """The same without asking CI. May take as long as git takes to fetch.

        Without a ref the first environment gets the default branch, and every later one the very release that stands
        in the one before it.
        """
        fleet = self._fleet()
        target = find_target(fleet, wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        before = None if wanted.ref else step_before(fleet, target)
        found = self._findings.of_standing(before, target) if before else self._findings.of_ref(target, wanted.ref)
        if isinstance(found, Refusal):
            return found
        plan = decide(target, found.facts, manner_of(wanted))
        if isinstance(plan, Refusal):
            return plan
        seen = self._seen(plan, found.coming, found.going)
        going = Going(target, user, force=wanted.force, release=plan.release)
        busy = self._busy(target), self._findings.unsettled(before, target) if before else None
        return replace(seen, hold=self._holds.against(going), busy=tuple(filter(None, busy)))

    def of_rollback(self, plan: Plan, incident: int | None = None) -> Preview:
        """Commits are read only where the plan is to be shown before it begins."""
        seen = self._seen(plan)
        return self._undoing(seen) if asking(seen.doubts, incident) else seen

    def shown_rollback(self, plan: Plan, user: str = "") -> Preview:
        """For whoever asks what a rollback would do: with what it undoes, and what stands in its way."""
        going = Going(plan.target, user, plan.kind, release=plan.release)
        busy = tuple(filter(None, [self._busy(plan.target)]))
        return replace(self._undoing(self._seen(plan)), hold=self._holds.against(going), busy=busy)

    def _undoing(self, seen: Preview) -> Preview:
        changes, gone = self._findings.undone(seen.plan, seen.leaves)
        return replace(seen, plan=replace(seen.plan, changes=changes), dropped=tuple(gone[:SUBJECTS]))

    def _seen(self, plan: Plan, coming: Sequence[Commit] = (), going: Sequence[Commit] = ()) -> Preview:
        past = self._journal.deploys.history(plan.target.service, 10 * PAST)
        fleet = self._fleet()
        access, deployment = fleet.access.get(plan.target.environment), fleet.deployment(plan.target)
        confirm, incidents = access is not None and access.confirm, self._outages.of(plan.target)
        stands = self._findings.standing(plan.target)
        return Preview(
            plan=plan,
            commits=tuple(coming[:SUBJECTS]),
            took=took(past, plan, self._journal.clock.now()),
            standing=stands,
            beside=self._beside(plan, stands),
            dropped=tuple(going[:SUBJECTS]),
            pushed=deployment is not None and deployment.deliver == "push",
            doubts=doubts(plan, confirm, incidents, self._eyes.shut()),
        )

    def _beside(self, plan: Plan, stands: Release | None) -> tuple[tuple[Release, tuple[str, ...]], ...]:
        """Asked of nobody: as far as the last deploys know."""
        if plan.handed:
            return ()
        deployment = self._fleet().deployment(plan.target)
        hosts = [host.name for host in deployment.hosts] if deployment else []
        runs = self._running.of(plan.target, hosts)
        known = [deploy.release for deploy in reversed(self._journal.deploys.newest(plan.target, RECENT))]
        return beside({host: runs[host] for host in hosts if host in runs}, stands, known)
