"""Writes what a deploy does together with the message that says so."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot.archive import HEALTH
from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.deploy_notes import note_begun, note_ended
from bot.engine.lockbook import LockBook
from bot.engine.looks import Looks
from bot.engine.outages import Outages
from bot.engine.stepping import Stepping
from bot.fleet import Fleet
from bot.messages.commands import prefixed
from bot.messages.deploy import behind_reply, deploy_message, failure_reply, forced_message
from bot.messages.held import held_message
from bot.messages.preview import plan_reply
from bot.messages.words import escape, user
from bot.model import Content, DeployState, HostState, Outgoing, Release, Target
from bot.plan.aftercare import aftercare_of
from bot.plan.hosts import first_error, in_order, outcome
from bot.plan.irreversible import held_back
from bot.plan.ladder import ladder, standing
from bot.plan.locks import after_rollback
from bot.plan.rights import approvers
from bot.plan.seal import plan_hash
from bot.preview import Preview
from bot.records import Deploy, DeployView, HostLine, Plan
from bot.state.acts import Acts
from bot.state.aftercare import Aftercares
from bot.state.approvals import Approvals
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.deploys import Deploys
from bot.state.equipped_hosts import EquippedHosts
from bot.state.halts import Halts
from bot.state.host_steps import HostSteps
from bot.state.outbox import Outbox
from bot.state.scales import Scales
from bot.state.stages import Stages
from bot.trail import THE_BOT, What


class Journal:
    """The three tables of deploys and their message, which names commands with the workspace's `prefix`."""

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        outages: Outages,
        fleet: Callable[[], Fleet],
        clock: Clock,
        prefix: str = "",
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._outages = outages
        self._fleet = fleet
        self.clock = clock
        self._prefix = prefix
        self.deploys = Deploys(db)
        self.stages = Stages(db)
        self.hosts = DeployHosts(db)
        self.equipped = EquippedHosts(db)
        self.steps = HostSteps(db)
        self.stepping = Stepping(db, clock)
        self.approvals = Approvals(db)
        self.aftercares = Aftercares(db)
        self.halts = Halts(db)
        self.audit = Audit(db, clock)
        self.looks = Looks(db, fleet)
        self.locks = LockBook(db, outbox, self.audit, fleet, prefix)
        self._acts, self._scales = Acts(db), Scales(db)

    def open(
        self,
        plan: Plan,
        requester: str,
        incident: int | None = None,
        forced: str = "",
        preview: Preview | None = None,
    ) -> Deploy | None:
        """The new deploy with its stages, hosts and message, and its plan in the thread; None when another one, or a
        restart, runs there, or hosts are being taken away.
        """
        with self._db.transaction():
            now = self.clock.now()
            free = self._acts.running(plan.target) is None and not self._scales.shrinks(plan.target)
            free = free and (incident is None or self._outages.offers(incident))
            before = standing(self.rungs(plan.target))
            last, bound = self.deploys.last(plan.target), (plan_hash(plan), preview.usual if preview else None)
            deploy = self.deploys.begin(plan, requester, now, incident, forced, *bound) if free else None
            if deploy:
                note_begun(self.audit, deploy, before)
                self.stages.lay_out(deploy.id, [stage.name for stage in plan.stages])
                self.hosts.lay_out(deploy.id, plan, now)
                self._announce(deploy.id, now)
                if preview:
                    self.reply(deploy.id, "plan", plan_reply(deploy, preview), now)
                self._over(last, deploy, now)
                self._cry_force(deploy, now)
                self._note(deploy, f"rolling back to {escape(plan.release.name)}{_asked(deploy, ', asked by')}", now)
            return deploy

    def rungs(self, target: Target) -> list[Release]:
        """The good releases there, the standing one last (plan/ladder.py)."""
        return ladder(self.deploys.succeeded(target))

    @contextmanager
    def writing(self, deploy_id: int) -> Iterator[datetime]:
        """What is written inside, and the message that shows it, in one transaction."""
        with self._db.transaction():
            self.stepping.write()
            now = self.clock.now()
            yield now
            self._announce(deploy_id, now)

    def begin(self, deploy_id: int, position: int) -> DeployView:
        """A stage begins; the deploy as it then stands."""
        with self._db.transaction():
            self.stepping.write()
            now = self.clock.now()
            self.stages.begin(deploy_id, position, now)
            return self._announce(deploy_id, now)

    @contextmanager
    def transaction(self) -> Iterator[datetime]:
        """For what is written beside deploys: locks."""
        with self._db.transaction():
            yield self.clock.now()

    def arrived(self, deploy_id: int, hosts: Sequence[str]) -> None:
        """These hosts were restarted with the release; whether they are well is not known yet."""
        with self.writing(deploy_id) as now:
            self.hosts.mark(deploy_id, hosts, HostState.NEW, now)
            self.steps.begin([(deploy_id, host, HEALTH, now) for host in hosts])

    def refresh(self) -> None:
        """Brings the messages of running deploys up to date: steps and elapsed time."""
        for deploy in self.deploys.unfinished():
            with self.writing(deploy.id):
                pass

    def abort(self, deploy_id: int, user: str) -> bool:
        """Asks for the deploy's end; False when it has ended or goes back already, or somebody asked before."""
        with self.writing(deploy_id):
            asked = not self.view(deploy_id).goes_back and self.deploys.abort(deploy_id, user)
            deploy = self.deploys.get(deploy_id)
            if asked and deploy:
                self.audit.note(
                    user, What.DEPLOY_ABORTED, f"deploy {deploy_id}", deploy.target, before=deploy.state.value
                )
            return asked

    def aborted_by(self, deploy_id: int) -> str:
        """Who asked for the deploy's end; empty when nobody did."""
        return self.deploys.aborted_by(deploy_id)

    def close(self, deploy_id: int) -> Deploy:
        """Ends the deploy as its stages and hosts say; a failure is also said once in the thread."""
        with self._db.transaction():
            view = self.view(deploy_id)
            state = outcome(view.stages, view.hosts)
            now = self.clock.now()
            if self.deploys.finish(deploy_id, state, first_error(view.stages), now):
                note_ended(self.audit, view.deploy, state, first_error(view.stages))
                ended = self.deploy(deploy_id)
                lock = after_rollback(replace(view, deploy=ended, halt=None), now)
                if lock:
                    self.locks.take(lock, now)
                self._watch_on(view, state, now)
                self._conclude(self._announce(deploy_id, now), now)
            return self.deploy(deploy_id)

    def _watch_on(self, view: DeployView, state: DeployState, now: datetime) -> None:
        """Its checks are watched for as long as the fleet file says. What it went back for says how that ended."""
        deployment = self._fleet().deployment(view.deploy.target)
        bake = deployment.strategy.bake if deployment and deployment.checks else None
        care = aftercare_of(view, state, bake, now)
        if care:
            self.aftercares.begin(care)
        if view.undoes:
            self._announce(view.undoes.id, now)

    def _conclude(self, view: DeployView, now: datetime) -> None:
        """A failure is said in the thread, a rollback also in the alert that asked for it."""
        deploy = view.deploy
        release = escape(deploy.release.name)
        if deploy.state is DeployState.SUCCEEDED:
            if view.behind:
                self.reply(deploy.id, "behind", behind_reply(view), now)
            self._note(deploy, f"rolled back to {release}{_asked(deploy, ' by')}", now)
            return
        self.reply(deploy.id, "failed", failure_reply(view), now)
        if held_back(view):
            self.reply(deploy.id, "held", held_message(view), now)
        self._note(deploy, f"the rollback to {release} failed: {deploy.reason}", now, offering=True)

    def _cry_force(self, deploy: Deploy, now: datetime) -> None:
        """In the channel itself, beside the deploy's own message."""
        if deploy.forced:
            self.post(f"deploy:{deploy.id}:forced", forced_message(deploy), now)
            what, subject = What.DEPLOY_FORCED, f"deploy {deploy.id}"
            self.audit.note(deploy.requester, what, subject, deploy.target, deploy.forced)

    def _over(self, last: Deploy | None, begun: Deploy, now: datetime) -> None:
        """What was left standing there is no question any more."""
        if last and held_back(view := self.view(last.id)):
            self.reply(last.id, "held", held_message(view, begun), now)

    def _note(self, deploy: Deploy, words: str, now: datetime, offering: bool = False) -> None:
        if deploy.incident is not None:
            self._outages.note(deploy.incident, words, now, offering)

    def deploy(self, deploy_id: int) -> Deploy:
        """Raises LookupError."""
        deploy = self.deploys.get(deploy_id)
        if deploy is None:
            raise LookupError(f"there is no deploy {deploy_id}")
        return deploy

    def lines(self, deploy: Deploy) -> Sequence[HostLine]:
        """Its hosts as they stand, in the order of the plan: what `view` says of them, without the rest."""
        return in_order(self.hosts.of(deploy.id), deploy.plan.hosts)

    def view(self, deploy_id: int) -> DeployView:
        deploy = self.deploy(deploy_id)
        hosts = self.lines(deploy)
        question = self.approvals.newest(deploy_id)
        who = approvers(self._fleet(), deploy.target) if question else ()
        stages = self.stages.of(deploy_id)
        look = self.looks.look(deploy, stages)
        lock = self.locks.rows.after(deploy_id)
        halt = None if deploy.finished_at else self.halts.newest(deploy_id)
        known = DeployView(deploy, stages, tuple(hosts), question, who, look, lock=lock, halt=halt)
        return self._with_aftercare(known)

    def _with_aftercare(self, view: DeployView) -> DeployView:
        """Only those that are done, and the bot's own rollbacks, have any."""
        deploy = view.deploy
        care = self.aftercares.of(deploy.id) if deploy.state is DeployState.SUCCEEDED else None
        undoing = self.aftercares.undone_by(deploy.id) if deploy.requester == THE_BOT else None
        return replace(
            view,
            care=care,
            undone_by=self.deploys.get(care.rollback) if care and care.rollback else None,
            undoes=self.deploys.get(undoing.deploy) if undoing else None,
            undoing=undoing,
        )

    def _announce(self, deploy_id: int, now: datetime) -> DeployView:
        """What is shown."""
        view = self.view(deploy_id)
        self.post(f"deploy:{deploy_id}", deploy_message(view, now), now)
        return view

    def reply(self, deploy_id: int, name: str, message: Content, now: datetime) -> None:
        """Said once in the deploy's thread; within `writing`."""
        self.say(f"deploy:{deploy_id}", name, message, now)

    def said(self, deploy_id: int, name: str) -> bool:
        return self._outbox.holds(f"deploy:{deploy_id}:{name}")

    def say(self, parent: str, name: str, message: Content, now: datetime) -> None:
        """Said once in the thread of that message."""
        shown = prefixed(message, self._prefix)
        self._outbox.put(Outgoing(f"{parent}:{name}", self._channel(), shown, thread=parent), now)

    def post(self, key: str, message: Content, now: datetime, channel: str = "") -> None:
        """A message of its own, in the channel of deploys unless another is named, or its new version."""
        self._outbox.put(Outgoing(key, channel or self._channel(), prefixed(message, self._prefix)), now)

    def _channel(self) -> str:
        return self._fleet().channels.deploys


def _asked(deploy: Deploy, by: str) -> str:
    """` by @ana`, or that nobody asked."""
    return " by itself" if deploy.requester == THE_BOT else f"{by} {user(deploy.requester)}"
