"""Acts that change a number of hosts, as they begin, go on and end: row, hold, audit and message in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.outages import Outages
from bot.fleet import Fleet
from bot.fleet.scale import Scale
from bot.messages.commands import prefixed
from bot.messages.scaling import grip_message, relieved_words, scale_message, step_words
from bot.model import Content, Outgoing, Target
from bot.scales import Grip, ScaleView, Scaling, Stand
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.outbox import Outbox
from bot.state.scale_grips import Grips
from bot.state.scales import Scales
from bot.trail import THE_BOT, What

A_PERSONS = timedelta(hours=1)
"""So long the rules leave a number alone that a person asked for: else they would take it back within minutes."""


class ScaleBook:
    """`outages` writes into an alert how an act ended that was asked for there."""

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        fleet: Callable[[], Fleet],
        clock: Clock,
        prefix: str = "",
        outages: Outages | None = None,
    ) -> None:
        self._outages = outages
        self._db = db
        self._outbox = outbox
        self._fleet = fleet
        self.clock = clock
        self._prefix = prefix
        self.rows, self.grips = Scales(db), Grips(db)
        self._deploys, self._acts = Deploys(db), Acts(db)
        self._audit = Audit(db, clock)

    def policy(self, target: Target) -> Scale | None:
        deployment = self._fleet().deployment(target)
        return deployment.scale if deployment else None

    def ruled(self, target: Target) -> bool:
        policy = self.policy(target)
        return policy is not None and policy.ruled

    def propose(self, scaling: Scaling) -> Scaling:
        """Waits for a click; nobody but the asker is told."""
        with self._db.transaction():
            asked = self.rows.propose(scaling)
            self._note(asked, asked.requester, What.SCALE_PROPOSED)
            return asked

    def cancel(self, asked: Scaling) -> bool:
        with self._db.transaction():
            cancelled = self.rows.cancel(asked.id, self.clock.now())
            if cancelled:
                self._note(asked, asked.requester, What.SCALE_CANCELLED)
            return cancelled

    def begin(self, scaling: Scaling) -> Scaling | None:
        """The act, written down and not started; None when something else is at work there, or it was used before."""
        with self._db.transaction():
            now = self.clock.now()
            busy = (scaling.shrinks or scaling.replaces) and (
                self._deploys.running(scaling.target) or self._acts.running(scaling.target)
            )
            before = next(iter(self.rows.newest(scaling.target, 1)), None)
            act = None if busy else self.rows.begin(scaling, now)
            if act:
                if not act.by_itself and not act.replaces and self.ruled(act.target):
                    self._grip(act.target, act.requester, now + A_PERSONS, act.id)
                self._note(act, act.requester, What.SCALE_BEGUN, act.seen)
                self._announce(act.id)
                if before:
                    self._announce(before.id)
            return act

    def progress(self, act: Scaling, reached: int, well: int) -> None:
        with self._db.transaction():
            if self.rows.progress(act.id, reached, well):
                self._announce(act.id)

    def finish(self, act_id: int, stand: Stand, result: str) -> None:
        with self._db.transaction():
            act = self.rows.get(act_id)
            if act and self.rows.finish(act_id, stand, result, self.clock.now()):
                self._announce(act_id)
                self._note(act, THE_BOT, What.SCALE_ENDED, result)
                self._answer(act, stand is Stand.DONE, result)

    def _answer(self, act: Scaling, done: bool, result: str) -> None:
        """An act that a check began by itself stands in its alert with how often it may, and stays so."""
        if act.incident and self._outages and not act.by_itself:
            words = relieved_words(act, done, result)
            self._outages.note(act.incident, words, self.clock.now(), offering=True)

    def hold(self, target: Target, by: str, until: datetime) -> Grip:
        with self._db.transaction():
            return self._grip(target, by, until)

    def give_back(self, target: Target, by: str) -> Grip | None:
        """To the rules; None when nobody holds it."""
        with self._db.transaction():
            ended = self.grips.end(target, by, self.clock.now())
            if ended:
                self._tell(ended)
                self._audit.note(by or THE_BOT, What.SCALE_GIVEN_BACK, f"hold {ended.id}", target)
            return ended

    def lapse(self) -> None:
        """Writes down the end of holds whose time is over."""
        for grip in self.grips.lapsed(self.clock.now()):
            self.give_back(grip.target, "")

    def view(self, act_id: int) -> ScaleView:
        act = self.rows.get(act_id)
        if act is None:
            raise LookupError(f"there is no change {act_id} of a number of hosts")
        last = next(iter(self.rows.newest(act.target, 1)), None)
        is_last = last is not None and last.id == act.id
        grip = self.grips.with_scale(act.id) or (self.grips.of(act.target) if is_last else None)
        return ScaleView(act, grip, is_last, self.ruled(act.target))

    def post(self, key: str, message: Content) -> None:
        """A message of its own, or its new version."""
        channel = self._fleet().channels.deploys
        self._outbox.put(Outgoing(key, channel, prefixed(message, self._prefix)), self.clock.now())

    def _grip(self, target: Target, by: str, until: datetime, scale: int | None = None) -> Grip:
        now = self.clock.now()
        before = self.grips.end(target, by, now)
        grip = self.grips.take(target, by, now, until, scale)
        if before:
            self._tell(before)
        self._tell(grip)
        self._audit.note(by, What.SCALE_HELD, f"hold {grip.id}", target, after=until.isoformat())
        return grip

    def _tell(self, grip: Grip) -> None:
        """In its act's message, or in one of its own; the newest act's buttons depend on it too."""
        if grip.scale is None:
            self.post(f"scale-hold:{grip.id}", grip_message(grip))
        for act_id in {grip.scale, *(act.id for act in self.rows.newest(grip.target, 1))} - {None}:
            self._announce(act_id)

    def _announce(self, act_id: int | None) -> None:
        if act_id is not None:
            self.post(f"scale:{act_id}", scale_message(self.view(act_id)))

    def _note(self, act: Scaling, who: str, what: What, why: str = "") -> None:
        subject = f"scale {act.id}: {step_words(act)}"
        self._audit.note(who, what, subject, act.target, why, str(act.before), str(act.after))
