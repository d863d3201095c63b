"""Other ways to move releases: back, one environment on, and stop."""

from collections.abc import Callable

from bot.engine.desk import DeployDesk
from bot.engine.doors import Doors
from bot.engine.halts import HaltDesk
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.engine.previews import Previews
from bot.engine.proposals import ProposalDesk
from bot.engine.weighing import Weighing
from bot.fleet import Fleet
from bot.grammar import DeployTo, PromoteTo, RollbackOf
from bot.halt import Halt
from bot.model import Target
from bot.plan.known import find_place, find_service
from bot.plan.promotion import step_after, step_before, steps_of
from bot.preview import Preview
from bot.proposals import Proposal
from bot.records import Deploy
from bot.refusals import Reason, Refusal


class Moves:
    def __init__(
        self,
        journal: Journal,
        weighing: Weighing,
        previews: Previews,
        proposals: ProposalDesk,
        doors: Doors,
        desk: DeployDesk,
        halts: HaltDesk,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._weighing = weighing
        self._previews = previews
        self._proposals = proposals
        self._doors = doors
        self._desk = desk
        self._halts = halts
        self._fleet = fleet

    def roll_back(
        self, user: str, service: str, release: str | None, environment: str | None
    ) -> Deploy | Refusal | Proposal:
        """To the release before the standing one, or to a named one that was good there; on all hosts at once."""
        wanted = RollbackOf(service, release, environment)
        return self._proposals.settle(user, self._weighing.rollback(user, wanted))

    def back_anyway(self, user: str, number: str) -> Deploy | Refusal | Proposal:
        """From the button of a deploy that was left standing where it failed: back to what it came from."""
        deploy = self._journal.deploys.get(int(number)) if NUMBER.fullmatch(number) else None
        if deploy is None:
            return Refusal(Reason.UNKNOWN_DEPLOY, number)
        last = self._journal.deploys.last(deploy.target)
        back = deploy.plan.fallback
        if back is None or last is None or last.id != deploy.id:
            return Refusal(Reason.OVER, detail=f"something else has begun there since deploy {deploy.id}")
        return self.roll_back(user, deploy.target.service, back.sha, deploy.target.environment)

    def promote(self, user: str, service: str, environment: str | None) -> Deploy | Refusal | Proposal:
        """The very release that stands in one environment goes to the next; `environment` is where it goes."""
        wanted = self._promotion(service, environment)
        return wanted if isinstance(wanted, Refusal) else self._desk.ask(user, wanted)

    def plan(self, user: str, of: DeployTo | RollbackOf | PromoteTo) -> Preview | Refusal:
        """What that would do; nothing moves. Anybody may look."""
        if isinstance(of, RollbackOf):
            return self._weighing.look_back(user, of)
        wanted = self._promotion(of.service, of.environment) if isinstance(of, PromoteTo) else of
        return wanted if isinstance(wanted, Refusal) else self._previews.of(wanted, user)

    def _promotion(self, service: str, environment: str | None) -> DeployTo | Refusal:
        """A deploy without a ref: that means what stands one environment before."""
        fleet = self._fleet()
        target = find_place(fleet, service, environment) if environment else self._only_next(fleet, service)
        if isinstance(target, Refusal):
            return target
        if step_before(fleet, target) is None:
            return Refusal(Reason.FIRST_STEP, target.environment, target=target)
        return DeployTo(service, target.environment)

    def _only_next(self, fleet: Fleet, service: str) -> Target | Refusal:
        """Where there is but one step, that is meant; else the environment must be said."""
        found = find_service(fleet, service)
        if isinstance(found, Refusal):
            return found
        steps = steps_of(fleet, service)
        following = step_after(fleet, steps[0])
        if following is None:
            return Refusal(Reason.LAST_STEP, steps[0].environment, target=steps[0])
        if len(steps) > 2:
            return Refusal(Reason.WHICH_ENVIRONMENT, service, tuple(step.environment for step in steps[1:]))
        return following

    def abort(
        self, user: str, what: str | None, environment: str | None = None, button: bool = False
    ) -> Deploy | Halt | Refusal:
        """By a deploy's number, by the service it is for, or the only one that runs. It stops within seconds; where a
        host was changed, people choose what follows. Asked for once more while they do, what was changed goes back; a
        second click on a button chooses nothing.
        """
        deploy = self._running(what, environment)
        if isinstance(deploy, Refusal):
            return deploy
        closed = self._doors.closed_to_abort(user, deploy.target)
        if closed:
            return closed
        if self._journal.abort(deploy.id, user):
            return self._journal.deploys.get(deploy.id) or deploy
        again = None if button else self._halts.abort_again(user, deploy)
        return again or Refusal(
            Reason.OVER, detail=f"deploy {deploy.id} has ended, is being aborted already, or is going back"
        )

    def _only_one(self) -> Deploy | Refusal:
        running = self._journal.deploys.unfinished()
        if len(running) == 1:
            return running[0]
        known = tuple(f"{one.id} ({one.target.service} to {one.target.environment})" for one in running)
        return (
            Refusal(Reason.WHICH_DEPLOY, known=known)
            if running
            else Refusal(Reason.OVER, detail="no deploy is running")
        )

    def _running(self, what: str | None, environment: str | None) -> Deploy | Refusal:
        if what is None:
            return self._only_one()
        if what.isascii() and what.isdigit():
            found = self._journal.deploys.get(int(what))
            return found or Refusal(Reason.UNKNOWN_DEPLOY, what)
        target = find_place(self._fleet(), what, environment)
        if isinstance(target, Refusal):
            return target
        running = self._journal.deploys.running(target)
        return running or Refusal(
            Reason.OVER, detail=f"no deploy of {target.service} to {target.environment} is running"
        )
