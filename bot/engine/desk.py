"""Where deploys are asked for: weighed, then begun, or shown first where something about them is to be confirmed."""

from collections.abc import Callable

from bot.engine.claims import Claim
from bot.engine.doors import Doors
from bot.engine.findings import Findings
from bot.engine.outages import Outages
from bot.engine.proposals import ProposalDesk
from bot.engine.weighing import Weighing
from bot.fleet import Fleet
from bot.grammar import DeployTo, RollbackOf
from bot.messages.help import example
from bot.model import DeployKind
from bot.plan.objections import Going
from bot.proposals import Proposal
from bot.records import Deploy
from bot.refusals import Reason, Refusal


class DeployDesk:
    def __init__(
        self,
        weighing: Weighing,
        proposals: ProposalDesk,
        doors: Doors,
        findings: Findings,
        outages: Outages,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._weighing = weighing
        self._proposals = proposals
        self._doors = doors
        self._findings = findings
        self._outages = outages
        self._fleet = fleet

    def ask(
        self, user: str, wanted: DeployTo, shown: str = "", claim: Claim | None = None
    ) -> Deploy | Refusal | Proposal:
        """A deploy that has begun, or what has to be confirmed first, or why not. May take as long as git takes to
        fetch.

        `wanted.force`, even empty, asks to pass freezes and CI checks. `shown` is the SHA that the asker was shown:
        another one by now is refused.
        """
        return self._proposals.settle(user, self._weighing.deploy(user, wanted, shown), claim)

    def take_turn(self, user: str, wanted: DeployTo, claim: Claim) -> Deploy | Refusal:
        """The same for one who waited in line: nobody is there to confirm anything."""
        return self._proposals.settle_alone(user, self._weighing.deploy(user, wanted), claim)

    def ask_rollback(self, user: str, incident: str) -> Deploy | Refusal | Proposal:
        """From an alert's button: back to the very release that the button named. Slack has asked whether it is meant;
        it is asked again only where that leaves an irreversible release behind, which the button did not say.
        """
        alert = self._outages.acted_on(incident)
        if isinstance(alert, Refusal):
            return alert
        target = alert.incident.target
        closed = self._weighing.closed(Going(target, user, DeployKind.ROLLBACK))
        if closed:
            return closed
        if self._fleet().deployment(target) is None:
            return Refusal(Reason.OVER, detail=f"{target} is no longer in the fleet file")
        if not alert.offering:
            return Refusal(Reason.OVER, detail="somebody has pressed it before; the alert says what came of it")
        back = alert.sighting.changed.rollback_to if alert.sighting.changed else None
        if back is None:
            return Refusal(Reason.NOTHING_GOOD, target=target)
        wanted = RollbackOf(target.service, back.sha, target.environment)
        return self._proposals.settle(user, self._weighing.rollback(user, wanted, alert.incident.id))

    def examples(self, user: str) -> tuple[tuple[str, ...], str]:
        """For help: environments this person may deploy to, and a ref that exists today of the service it will name."""
        environments = self._doors.open_to(user)
        service, _ = example(self._fleet(), environments)
        return environments, self._findings.a_ref(service)

    def forcing(self, user: str) -> tuple[str, ...]:
        """For help: environments where this person may pass freezes and CI checks."""
        return self._doors.forced_by(user)
