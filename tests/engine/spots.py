"""A world with three checks that may become impossible to ask, and who tells of that; seconds pass at a sweep each."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.engine.blind_spots import SpotWarden
from bot.fleet import Fleet
from bot.hurdles import LOGIN, Hurdle, HurdleKind
from bot.model import Probe
from bot.state.blind_spots import BlindSpots
from bot.state.database import Database
from bot.state.unasked import UnaskedChecks
from tests.engine.channel import Line
from tests.engine.watching import fleet_with, quick_database

NAMES = ("cpu", "disk", "queue")
PROMETHEUS = Hurdle(HurdleKind.PROMETHEUS)
AWAY = Probe.unasked(PROMETHEUS, "could not be asked: Prometheus could not be reached")
DENIED = Probe.unasked(PROMETHEUS, "could not be asked: Prometheus answered 401: Unauthorized")
REFUSED = Probe.unasked(LOGIN, "not asked: deploy@10.0.0.5 did not accept the key SHA256:x")
LOOK = 10  # seconds between two looks of the job


def three(*names: str, **entries: Any) -> Fleet:
    """A fleet that has these checks; all three if none is named."""
    checks = [{"http": url(name), "name": name} for name in names or NAMES]
    return fleet_with(*checks, **entries)


def url(name: str) -> str:
    return f"https://{name}.example.com/"


def check(name: str) -> str:
    return f"shop/production/{name}"


class Place(Line):
    """What people see in the channel, `told` line by line without the moments."""

    def __init__(
        self,
        path: Path,
        fleet: Fleet | None = None,
        open_database: Callable[[Path], Database] = quick_database,
    ) -> None:
        super().__init__(path, fleet or three(), open_database)

    def _connect(self) -> None:
        super()._connect()
        world = self.world
        self.warden = SpotWarden(world.db, world.outbox, lambda: world.fleet, world.clock, "", world.ways)

    def tick(self, seconds: int) -> None:
        """One sweep of everything; the job's look when its turn has come."""
        super().tick(seconds)
        if int(self.world.clock.now().timestamp()) % LOOK == 0:
            self.look()

    def look(self) -> None:
        self.warden.look()
        self.deliverer.run_once()

    def to_next_look(self) -> None:
        """With two sweeps on the way: after a longer pause checks are spread anew."""
        for _ in range(2):
            self.tick(LOOK // 2)

    def minutes(self, number: float) -> None:
        self.seconds(int(timedelta(minutes=number).total_seconds()))

    def say(self, probe: Probe, *names: str) -> None:
        """What asking these checks comes to from now on."""
        self.world.targets.probes.update((url(name), probe) for name in names or NAMES)

    def mend(self, *names: str) -> None:
        for name in names or NAMES:
            self.world.targets.probes.pop(url(name), None)

    def told(self) -> list[str]:
        """`NOT WATCHED · 3 checks`, and `> …` in a thread."""
        posts = self.channel.posts.values()
        return [("> " if post.thread_ts else "") + " · ".join(post.text.split(" · ")[:2]) for post in posts]

    def unasked(self) -> Sequence[str]:
        return [name.rpartition("/")[2] for name in UnaskedChecks(self.world.db).all()]

    def standing(self) -> list[str]:
        """The checks of all blind spots that have not ended."""
        spots = BlindSpots(self.world.db).standing()
        return [one.check_id.rpartition("/")[2] for spot in spots for one in spot.still]
