"""The stages of a deploy on its way forward. Each may be run twice, so each begins from the rows and the hosts."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.backends.base import Backend, HostFacts
from bot.engine.analysis import Analysis, Compared
from bot.engine.approvals import Questions
from bot.engine.bake import Bake
from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.engine.sites import Sites
from bot.errors import PointsmanError, StateError
from bot.evidence import Judgement, Verdict
from bot.messages.evidence import verdict_words
from bot.messages.words import escape
from bot.model import HostState, StageState
from bot.plan.analysis import old_hosts
from bot.plan.preflight import obstacles
from bot.plan.stages import CANARY
from bot.records import Decision, Deploy, DeployView, HostLine, StageKind


class Stages:
    def __init__(
        self,
        journal: Journal,
        sites: Sites,
        backend: Backend,
        bringing: Bringing,
        bake: Bake,
        analysis: Analysis,
        questions: Questions,
    ) -> None:
        self._journal = journal
        self._sites = sites
        self._backend = backend
        self._bringing = bringing
        self._bake = bake
        self._analysis = analysis
        self._questions = questions
        self._kinds: dict[StageKind, Callable[[DeployView, int], bool]] = {
            StageKind.PREFLIGHT: self._preflight,
            StageKind.BATCH: self._batch,
            StageKind.BAKE: self._watch,
            StageKind.APPROVAL: self._approval,
            StageKind.VERDICT: self._verdict,
        }

    def run(self, deploy_id: int, position: int) -> bool:
        """Whether the deploy may go on."""
        with self._journal.writing(deploy_id) as now:
            self._journal.stages.begin(deploy_id, position, now)
        view = self._journal.view(deploy_id)
        if view.deploy.aborted_by:
            return self._end(deploy_id, position, trouble="not begun")
        try:
            return self._kinds[view.deploy.plan.stages[position].kind](view, position)
        except StateError:  # waited out by the workflow: it says nothing of the hosts
            raise
        except PointsmanError as error:
            self._end(deploy_id, position, trouble=escape(str(error)))
            return False

    def _preflight(self, view: DeployView, position: int) -> bool:
        """Looks at every host before any is touched."""
        facts = self._survey(view.deploy)
        seen = {fact.host: fact for fact in facts}
        lines = [_looked_at(line, seen[line.host]) for line in view.hosts]
        trouble = escape(obstacles((fact.host, fact.trouble) for fact in facts))
        words = f"{len(facts)} hosts ready" if len(facts) > 1 else "1 host ready"
        return self._end(view.deploy.id, position, lines, trouble, words)

    def _survey(self, deploy: Deploy) -> list[HostFacts]:
        place = self._sites.place(deploy.target)
        return self._backend.survey(place.site, place.hosts_of(deploy.plan.hosts))

    def _batch(self, view: DeployView, position: int) -> bool:
        """Brings the release to one batch and waits for its health."""
        deploy, number = view.deploy, view.deploy.plan.stages[position].batch
        lines = [line for line in view.hosts if line.batch == number]
        after = self._bringing.bring(deploy, f"deploy-{deploy.id}", deploy.release.sha, lines, self._halted(deploy.id))
        bad = [line for line in after if line.state is not HostState.HEALTHY]
        trouble = escape(obstacles((line.host, line.detail or line.state) for line in bad))
        return self._end(deploy.id, position, after, trouble)

    def _watch(self, view: DeployView, position: int) -> bool:
        """Asks the canary's hosts for as long as the strategy says; a crash does not begin the time anew."""
        deploy, hosts = view.deploy, view.deploy.plan.batches[CANARY]
        place, halted = self._sites.place(deploy.target), self._halted(deploy.id)
        since = view.stages[position].started_at or deploy.created_at
        if place.analysis:
            compared = Compared(deploy.id, position, hosts, old_hosts(view.hosts, CANARY), since)
            found = self._analysis.watch(place, place.analysis, compared, halted)
            return self._judged(deploy.id, position, found)
        trouble = escape(self._bake.watch(place, hosts, since, place.bake, halted))
        words = f"{', '.join(hosts)} stayed healthy"
        return self._end(deploy.id, position, trouble=trouble or self._cut_short(deploy.id), words=words)

    def _judged(self, deploy_id: int, position: int, found: Judgement) -> bool:
        """A failed canary goes back; one of which too little is known waits for people, in the stage that follows."""
        words = verdict_words(found)
        trouble = words if found.verdict is Verdict.FAILED else self._cut_short(deploy_id)
        with self._journal.writing(deploy_id) as now:
            self._journal.looks.verdicts.give(deploy_id, position, found.verdict, words, now)
            return self._end(deploy_id, position, trouble=trouble, words=words)

    def _cut_short(self, deploy_id: int) -> str:
        return "it was not watched to the end" if self._journal.aborted_by(deploy_id) else ""

    def _verdict(self, view: DeployView, position: int) -> bool:
        """Asks people, unless the analysis has told."""
        if self._journal.looks.verdicts.newest(view.deploy.id) is Verdict.SUCCESSFUL:
            return self._end(view.deploy.id, position, words="nobody had to be asked")
        return self._approval(view, position)

    def _approval(self, view: DeployView, position: int) -> bool:
        """Waits for people, at the latest until the deadline."""
        answer = self._questions.ask(view.deploy, position)
        if answer.decision is Decision.PROMOTED:
            yes = ", ".join(f"<@{voter}>" for voter in answer.voters)
            return self._end(view.deploy.id, position, words=f"promoted by {yes}")
        if answer.decision is Decision.ABORTED:
            return self._end(view.deploy.id, position, trouble=f"aborted by <@{answer.decided_by}>")
        return self._end(view.deploy.id, position, trouble="nobody approved in time")

    def _halted(self, deploy_id: int) -> Callable[[], bool]:
        return lambda: bool(self._journal.aborted_by(deploy_id))

    def _end(
        self, deploy_id: int, position: int, lines: Sequence[HostLine] = (), trouble: str = "", words: str = ""
    ) -> bool:
        """`trouble` and `words` are mrkdwn. What fails after people asked for the end fails because of that."""
        by = self._journal.aborted_by(deploy_id) if trouble else ""
        trouble = f"aborted by <@{by}>: {trouble}" if by and "aborted by" not in trouble else trouble
        state = StageState.ERROR if trouble else StageState.COMPLETE
        with self._journal.writing(deploy_id) as now:
            self._journal.hosts.save(deploy_id, lines, now)
            self._journal.stages.end(deploy_id, position, state, trouble or words, now)
        return not trouble


def _looked_at(line: HostLine, fact: HostFacts) -> HostLine:
    """A host that a crashed run of this stage already looked at keeps what stood there first."""
    return replace(line, before=line.before or fact.current, detail=fact.trouble)
