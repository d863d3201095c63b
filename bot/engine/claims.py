"""A place to work on is claimed by a row; who loses the race is told who won."""

from bot.engine.journal import Journal
from bot.engine.rollout import Rollout
from bot.model import Target
from bot.records import Deploy, Plan, Reason, Refusal
from bot.state.acts import Acts


class Claims:
    def __init__(self, journal: Journal, acts: Acts, rollout: Rollout) -> None:
        self._journal = journal
        self._acts = acts
        self._rollout = rollout

    def busy(self, target: Target) -> Refusal | None:
        """Who is at work there, or None."""
        act, deploy = self._acts.running(target), self._journal.deploys.running(target)
        return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act) if act or deploy else None

    def begin(self, plan: Plan | Refusal, user: str, incident: int | None = None) -> Deploy | Refusal:
        """The deploy, begun; or why it was not."""
        if isinstance(plan, Refusal):
            return plan
        deploy = self._journal.open(plan, user, incident)
        if deploy is None:
            return self.busy(plan.target) or Refusal(Reason.BUSY, target=plan.target)
        self._rollout.start(deploy.id)
        return deploy
