"""Follows an order that a system brings by itself: to a checkpoint, to its end, or back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.backends.base import never
from bot.backends.managed import Managed, ManagedSite
from bot.engine.clock import Clock
from bot.errors import CloudAway, CloudBusy, CloudError
from bot.managed import Course, ManagedOrder, Phase

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)  # between two looks
MOMENTARY = (CloudAway, CloudBusy)
LAG = timedelta(minutes=1)  # after which an order that was given and is nowhere to be seen was lost


@dataclass(frozen=True, slots=True)
class Errand:
    """An order, and how it is followed. `stop` is the checkpoint at which people or a watch come next, None: it goes
    through; `since` when it was begun, `within` how long it may take, and its way back once more.
    """

    system: Managed
    site: ManagedSite
    order: ManagedOrder
    since: datetime
    within: timedelta
    stop: int | None = None
    halted: Callable[[], bool] = never
    say: Callable[[str], None] = lambda words: None


class Following:
    """What cannot be read is waited out: nothing is done on a guess."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def through(self, errand: Errand) -> Course:
        """Begins it, or finds it begun. The last look: over, or waiting at `stop`. An abort, or time that runs out,
        turns it back. Raises CloudError when it cannot be begun, or could not be read for all that time.
        """
        self._begin(errand)
        return self._followed(errand, errand.since + errand.within, turned=False)

    def back(self, errand: Errand) -> Course:
        """Turns it back and follows that; what is over, or never began, stays as it is. Raises CloudError."""
        until = self._clock.now() + errand.within
        self._patiently(errand, until, lambda: errand.system.turn_back(errand.site, errand.order))
        return self._followed(errand, until, turned=True)

    def _begin(self, errand: Errand) -> None:
        """A no is believed only where nothing was begun: an answer that got lost may have been a yes."""
        until = self._clock.now() + LAG
        self._patiently(errand, until, lambda: errand.system.begin(errand.site, errand.order))

    def _patiently(self, errand: Errand, until: datetime, act: Callable[[], None]) -> None:
        while True:
            try:
                return act()
            except CloudError as error:
                if not isinstance(error, MOMENTARY) or self._clock.now() >= until:
                    raise
                errand.say(f"{error}; trying again")
                self._clock.sleep(LOOK)

    def _followed(self, errand: Errand, until: datetime, turned: bool) -> Course:
        begun = self._clock.now()
        while True:
            now = self._clock.now()
            course = self._looked(errand, until)
            lost = course.phase is Phase.UNBEGUN and (turned or now - begun > LAG)
            if lost or (course.over and course.phase is not Phase.UNBEGUN) or self._waits(errand, course, turned):
                return course
            if not turned and (errand.halted() or now > until):
                return self.back(errand)
            if now > until:
                return Course(Phase.FAILED, course.share, course.words, ("it did not go back in time",))
            self._go_on(errand, course, turned)
            self._clock.sleep(LOOK)

    def _looked(self, errand: Errand, until: datetime) -> Course:
        """Raises CloudError once nothing could be read until then; after an abort sooner."""
        halted_by = self._clock.now() + LAG
        while True:
            try:
                course = errand.system.look(errand.site, errand.order)
                errand.say(_said(course))
                return course
            except CloudError as error:
                now = self._clock.now()
                if now > until or (errand.halted() and now > halted_by):
                    raise
                log.warning("a rollout cannot be read", order=errand.order.id, error=str(error))
                errand.say(f"{error}; looking again")
                self._clock.sleep(LOOK)

    def _waits(self, errand: Errand, course: Course, turned: bool) -> bool:
        """Where it shall."""
        if turned or course.phase is not Phase.WAITING or errand.stop is None or errand.halted():
            return False
        return course.checkpoint is not None and course.checkpoint >= errand.stop

    def _go_on(self, errand: Errand, course: Course, turned: bool) -> None:
        if turned or course.phase is not Phase.WAITING or course.checkpoint is None:
            return
        try:
            errand.system.go_on(errand.site, errand.order, course.checkpoint)
        except CloudError as error:
            errand.say(f"{error}; trying again")


def _said(course: Course) -> str:
    share = f"{course.share} %" if course.share is not None else ""
    return " · ".join(part for part in (share, course.words) if part)
