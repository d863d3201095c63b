"""Where deploys are asked for: read, decide, claim, begin."""

from collections.abc import Callable

from bot.engine.ci import CiGate
from bot.engine.claims import Claim, Claims
from bot.engine.doors import Doors
from bot.engine.findings import Findings, manner_of
from bot.engine.journal import Journal
from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.messages.help import example
from bot.model import DeployKind
from bot.plan.deploy import decide, decide_rollback
from bot.plan.known import find_target
from bot.plan.objections import Going
from bot.plan.promotion import step_before
from bot.records import Deploy, Plan
from bot.refusals import Reason, Refusal


class DeployDesk:
    def __init__(
        self,
        journal: Journal,
        claims: Claims,
        doors: Doors,
        findings: Findings,
        ci: CiGate,
        outages: Outages,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._claims = claims
        self._doors = doors
        self._findings = findings
        self._ci = ci
        self._outages = outages
        self._fleet = fleet

    def ask(self, user: str, wanted: DeployTo, shown: str = "", claim: Claim | None = None) -> Deploy | Refusal:
        """A deploy that has begun, or why not. May take as long as git takes to fetch.

        Without a ref the first environment gets the default branch, and every later one the very release that stands
        in the one before it. `wanted.force`, even empty, asks to pass freezes and CI checks.
        `shown` is the SHA that the asker was shown: another one by now is refused.
        """
        target = find_target(self._fleet(), wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        closed = self._closed(Going(target, user, force=wanted.force))
        if closed:
            return closed
        before = None if wanted.ref else step_before(self._fleet(), target)
        facts = self._findings.of_standing(before, target) if before else self._findings.of_ref(target, wanted.ref)
        if isinstance(facts, Refusal):
            return facts
        if shown and shown != facts.release.sha:
            name = wanted.ref or (before.environment if before else "the default branch")
            return Refusal(Reason.MOVED, name, (shown[:7], facts.release.short), target=target)
        plan = decide(target, facts, manner_of(wanted))
        if isinstance(plan, Plan) and wanted.force is None and (red := self._ci.bar(plan)):
            return red
        return self._claims.begin(plan, user, force=wanted.force, claim=claim)

    def ask_rollback(self, user: str, incident: str) -> Deploy | Refusal:
        """From an alert's button: back to the very release that the button named."""
        alert = self._outages.open(incident)
        if isinstance(alert, Refusal):
            return alert
        target = alert.incident.target
        closed = self._closed(Going(target, user, DeployKind.ROLLBACK))
        if closed:
            return closed
        deployment = self._fleet().deployment(target)
        if deployment is None:
            return Refusal(Reason.OVER, detail=f"{target} is no longer in the fleet file")
        if not alert.offering:
            return Refusal(Reason.OVER, detail="somebody has pressed it before; the alert says what came of it")
        running = self._journal.deploys.running(target)
        hosts = [host.name for host in deployment.hosts]
        back = alert.sighting.changed.rollback_to if alert.sighting.changed else None
        return self._claims.begin(
            decide_rollback(target, back, hosts, running, deployment.strategy.tolerance), user, alert.incident.id
        )

    def examples(self, user: str) -> tuple[tuple[str, ...], str]:
        """For help: environments this person may deploy to, and a ref that exists today of the service it will name."""
        environments = self._doors.open_to(user)
        service, _ = example(self._fleet(), environments)
        return environments, self._findings.a_ref(service)

    def _closed(self, going: Going) -> Refusal | None:
        """What stands in the way of anybody, or of this person."""
        closed = self._doors.closed(going.by, going.target)
        if closed is None and going.force is not None:
            closed = self._doors.closed_to_force(going.by, going.target)
        return closed or self._claims.closed(going)
