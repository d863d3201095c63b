"""A place to work on is claimed by a row; who loses the race is told who won."""

from collections.abc import Callable

from bot.engine.holds import Holds
from bot.engine.journal import Journal
from bot.engine.rollout import Rollout
from bot.errors import ClaimLost
from bot.halt import Choice
from bot.model import Target
from bot.plan.objections import Going
from bot.preview import Preview
from bot.records import Decision, Deploy, Plan, StageKind
from bot.refusals import Reason, Refusal
from bot.state.acts import Acts
from bot.state.scales import Scales

Claim = Callable[[Deploy], bool]
"""Called with the new deploy in the transaction that begins it, to use up what it is begun for. False: that was used
before, and nothing begins.
"""


class Claims:
    def __init__(self, journal: Journal, acts: Acts, scales: Scales, rollout: Rollout, holds: Holds) -> None:
        self._journal = journal
        self._acts = acts
        self._scales = scales
        self._rollout = rollout
        self._holds = holds

    def busy(self, target: Target) -> Refusal | None:
        """Who is at work there, and what that waits for; or None."""
        act, deploy = self._acts.running(target), self._journal.deploys.running(target)
        if deploy:
            halt, asked = self._journal.halts.newest(deploy.id), self._journal.approvals.newest(deploy.id)
            halt = halt if halt and halt.choice is Choice.OPEN else None
            asked = asked if asked and asked.decision is Decision.OPEN else None
            return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act, approval=asked, halt=halt)
        if act:
            return Refusal(Reason.BUSY, target=target, act=act)
        scale = self._scales.running(target)
        return Refusal(Reason.BUSY, target=target, scale=scale) if scale and (scale.shrinks or scale.replaces) else None

    def closed(self, going: Going) -> Refusal | None:
        """What stands in its way, asked early: before git is, or anything moves."""
        return self.busy(going.target) or self._holds.bar(going)

    def begin(
        self,
        plan: Plan | Refusal,
        user: str,
        incident: int | None = None,
        force: str | None = None,
        claim: Claim | None = None,
        preview: Preview | None = None,
    ) -> Deploy | Refusal:
        """The deploy, begun; or why it was not. `force` is the reason to pass freezes and CI checks, by one who may.

        `preview` is what its thread is told first.
        """
        if isinstance(plan, Refusal):
            return plan
        checks = any(stage.kind is StageKind.CHECKS for stage in plan.stages)
        going = Going(plan.target, user, plan.kind, force, plan.release, checks)

        def opened(forced: str) -> Deploy | None:
            deploy = self._journal.open(plan, user, incident, forced, preview)
            if deploy and claim and not claim(deploy):
                raise ClaimLost
            return deploy

        try:
            deploy = self._holds.unless_barred(going, opened)
        except ClaimLost:
            return Refusal(Reason.OVER, detail="it has begun already, or was given up", target=plan.target)
        if deploy is None:
            return self.busy(plan.target) or Refusal(Reason.BUSY, target=plan.target)
        if isinstance(deploy, Refusal):
            return deploy
        self._rollout.start(deploy.id)
        return deploy
