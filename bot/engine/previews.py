"""What a deploy would do, without doing it: the same facts and the same decision as the deploy itself."""

from collections.abc import Callable
from itertools import islice

from bot.engine.ci import CiGate
from bot.engine.findings import Findings, manner_of
from bot.engine.journal import Journal
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.plan.deploy import DeployFacts, decide
from bot.plan.known import find_target
from bot.plan.promotion import step_before
from bot.records import Plan, Preview
from bot.refusals import Refusal

PAST = 5  # deploys whose length is shown
SUBJECTS = 10  # commits that are named


class Previews:
    def __init__(self, journal: Journal, findings: Findings, ci: CiGate, fleet: Callable[[], Fleet]) -> None:
        self._journal = journal
        self._findings = findings
        self._ci = ci
        self._fleet = fleet

    def of(self, wanted: DeployTo) -> Preview | Refusal:
        """May take as long as git takes to fetch. Anybody may look."""
        fleet = self._fleet()
        target = find_target(fleet, wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        before = None if wanted.ref else step_before(fleet, target)
        facts = self._findings.of_standing(before, target) if before else self._findings.of_ref(target, wanted.ref)
        return facts if isinstance(facts, Refusal) else self._preview(facts, decide(target, facts, manner_of(wanted)))

    def _preview(self, facts: DeployFacts, plan: Plan | Refusal) -> Preview | Refusal:
        if isinstance(plan, Refusal):
            return plan
        past = self._journal.deploys.history(plan.target.service, 10 * PAST)
        done = (one for one in past if one.target == plan.target and one.state is DeployState.SUCCEEDED)
        now = self._journal.clock.now()
        commits = self._findings.commits(plan, SUBJECTS)
        return Preview(plan, tuple(commits), tuple(one.took(now) for one in islice(done, PAST)), self._ci.seen(plan))
