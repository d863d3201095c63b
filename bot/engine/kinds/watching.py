"""The stage that watches a canary's hosts, alone or beside those of the old release."""

from bot.engine.analysis import Analysis
from bot.engine.bake import Bake
from bot.engine.journal import Journal
from bot.engine.metering import Compared
from bot.engine.sites import Sites
from bot.engine.stage_ends import StageEnds
from bot.evidence import Judgement, Verdict
from bot.messages.evidence import verdict_words
from bot.messages.words import escape
from bot.model import HostState
from bot.plan.analysis import old_hosts
from bot.plan.stages import CANARY
from bot.records import DeployView

NOBODY = "no host of the first batch runs it any more: there is no canary to be watched"


class Watching:
    """Asks for as long as the strategy says; a crash does not begin the time anew."""

    def __init__(self, journal: Journal, ends: StageEnds, sites: Sites, bake: Bake, analysis: Analysis) -> None:
        self._journal = journal
        self._ends = ends
        self._sites = sites
        self._bake = bake
        self._analysis = analysis

    def __call__(self, view: DeployView, position: int) -> bool:
        deploy = view.deploy
        hosts = [line.host for line in view.hosts if line.batch == CANARY and line.state is HostState.HEALTHY]
        if not hosts:
            return self._ends.end(deploy.id, position, trouble=NOBODY)
        place, halted = self._sites.place(deploy.target, deploy.plan.strategy), self._ends.halted(deploy.id)
        since = view.stages[position].started_at or deploy.created_at
        if place.analysis:
            compared = Compared(deploy.id, position, hosts, old_hosts(view.hosts, CANARY), since)
            return self._judged(deploy.id, position, self._analysis.watch(place, place.analysis, compared, halted))
        trouble = escape(self._bake.watch(place, hosts, since, place.bake, halted))
        words = f"{', '.join(hosts)} stayed healthy"
        return self._ends.end(deploy.id, position, trouble=trouble or self._cut_short(deploy.id), words=words)

    def _judged(self, deploy_id: int, position: int, found: Judgement) -> bool:
        """A failed canary goes back; one of which too little is known waits for people, in the stage that follows."""
        words = verdict_words(found)
        trouble = words if found.verdict is Verdict.FAILED else self._cut_short(deploy_id)
        with self._journal.writing(deploy_id) as now:
            self._journal.looks.verdicts.give(deploy_id, position, found.verdict, words, now)
            return self._ends.end(deploy_id, position, trouble=trouble, words=words)

    def _cut_short(self, deploy_id: int) -> str:
        return "it was not watched to the end" if self._journal.aborted_by(deploy_id) else ""
