"""A change of a number of hosts as a durable act: killed at any line, it ends as it would have, and says how.

The order is level-triggered: it is given again until it is reached, so what a crash cut off goes on by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.backends.scaler import Scaler
from bot.capacity import Fitness, Pool, ScaleOrder, Standing, reached
from bot.engine.clock import Clock
from bot.engine.durable import Durable
from bot.engine.equipping import Equipping
from bot.engine.scale_book import ScaleBook
from bot.engine.stands import Stands
from bot.errors import CloudAway, CloudBusy, CloudFull, PointsmanError, StateError
from bot.messages.failures import own_failure
from bot.messages.scaling import healthy_words
from bot.messages.words import duration, escape
from bot.model import Target
from bot.scales import Scaling, Stand

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=3)  # between two looks at a pool
PATIENCE = timedelta(minutes=20)  # for all of it
PoolOf = Callable[[Target], Pool | None]


@dataclass(slots=True)
class Way:
    """How far an act is: the order as it is given now, what it waits for, and what it will not get, each in the words
    of whoever said so; `lost` machines will not be well.
    """

    order: ScaleOrder
    waits: str = ""
    denied: str = ""
    lost: int = 0


class ScaleRuns:
    NAME = "scale"  # in the journal of workflows

    def __init__(
        self,
        book: ScaleBook,
        scaler: Scaler,
        stands: Stands,
        pools: PoolOf,
        equipping: Equipping,
        durable: Durable,
        clock: Clock,
    ) -> None:
        self._book = book
        self._scaler = scaler
        self._stands = stands
        self._pools = pools
        self._equipping = equipping
        self._durable = durable
        self._clock = clock
        durable.register(self.NAME, self.run)

    def start(self, act_id: int) -> None:
        self._durable.start(self.NAME, act_id)

    def resume(self) -> None:
        """Begins what was written down and not begun when the bot died; ends what can never end by itself."""
        for act in self._book.rows.unfinished():
            if self._durable.over(self.NAME, act.id):
                self._book.finish(act.id, Stand.SHORT, "given up: its end could not be written down")
            else:
                self.start(act.id)

    def run(self, act_id: int) -> None:
        try:
            ended = self._durable.step("scale", self._carry_out, act_id)
        except Exception as error:  # the workflow's edge: an act must end, or nothing is ever scaled there again
            log.exception("changing a number of hosts broke off", act=act_id)
            ended = False, own_failure(escape(str(error)))
        ok, result = ended
        self._durable.step("close", self._book.finish, act_id, Stand.DONE if ok else Stand.SHORT, result)

    def _carry_out(self, act_id: int) -> tuple[bool, str]:
        """Whether all of it was reached, and how it ended, in mrkdwn."""
        act = self._book.rows.get(act_id)
        if act is None:
            raise LookupError(f"there is no change {act_id} of a number of hosts")
        pool = self._pools(act.target)
        if pool is None:
            return False, "the fleet file no longer says how its number of hosts is changed"
        try:
            return self._until_reached(act, pool)
        except StateError:
            raise
        except PointsmanError as error:
            return False, f"stopped: {escape(str(error))}"

    def _until_reached(self, act: Scaling, pool: Pool) -> tuple[bool, str]:
        began = act.began_at or act.created_at
        way = Way(ScaleOrder(act.order, act.before, act.after, act.leave, ready=frozenset()))
        while True:
            found = self._advanced(act, pool, way)
            if found and _is_over(way, found):
                return _ended(act, way, found, self._clock.now() - began)
            if self._clock.now() - began >= PATIENCE:
                return False, _short(act, way, found, PATIENCE)
            self._clock.sleep(LOOK)

    def _advanced(self, act: Scaling, pool: Pool, way: Way) -> Standing | None:
        """One round; None when the cloud could not be asked. What will not pass by itself is raised."""
        try:
            before = self._stands.read(act.target, pool)
            equipped = self._equipping.equip(act, pool, before)
            if equipped.failed:
                way.denied, way.lost = equipped.failed[0], max(way.lost, len(equipped.failed))
            way.order = replace(way.order, ready=equipped.ready)
            found = self._scaler.advance(pool, way.order)
            way.waits = next(iter(found.notes), "") or equipped.waits
        except CloudFull as error:
            way.denied = str(error)
            return self._settled_for_less(act, pool, way)
        except (CloudBusy, CloudAway) as error:
            log.warning("a cloud could not be asked; asking again", act=act.id, error=str(error))
            way.waits = str(error)
            return None
        self._stands.put(act.target, found)
        self._book.progress(act, found.desired, found.healthy)
        return found

    def _settled_for_less(self, act: Scaling, pool: Pool, way: Way) -> Standing:
        """What was reached stays, and is brought to its end."""
        found = self._stands.read(act.target, pool)
        way.order = replace(way.order, after=len(found.staying))
        if way.order.after <= act.before:
            self._book.progress(act, len(found.staying), found.healthy)
            raise PointsmanError(way.denied)
        return found


def _is_over(way: Way, found: Standing) -> bool:
    """Reached, or all of it that can be. One that drains has still to be ended, which a further round does."""
    if any(one.name in way.order.leave and one.fitness is Fitness.DRAINING for one in found.machines):
        return False
    if way.lost:
        return found.desired == way.order.after and found.healthy + way.lost >= way.order.after
    return reached(way.order, found)


def _ended(act: Scaling, way: Way, found: Standing, took: timedelta) -> tuple[bool, str]:
    if way.denied:
        return False, _short(act, way, found, took)
    left = [one.name for one in found.staying if one.name in act.leave]
    return not left, f"{healthy_words(found.healthy, act.after)} after {duration(took)}"


def _short(act: Scaling, way: Way, found: Standing | None, took: timedelta) -> str:
    """How far it came, and what stands in the way."""
    far = healthy_words(found.healthy, act.after) if found else "how far it came cannot be read"
    why = way.denied or way.waits or (_unwell(found) if found else "")
    return f"{far} after {duration(took)}{f': {escape(why)}' if why else ''}. What was reached stays."


def _unwell(found: Standing) -> str:
    """Of the first machine that is not well, the cloud's reason."""
    return next((f"{one.name} is {one.fitness}: {one.reason}" for one in found.staying if one.reason), "")
