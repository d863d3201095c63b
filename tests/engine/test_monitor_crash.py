"""kill -9 between any two statements of an outage: exactly one DOWN and one UP are told."""

import random
from itertools import count
from pathlib import Path

import pytest

from tests.engine.dying import Doom, Killed, doomed
from tests.engine.watching import EVERY, World

TOLD = {True: ["incident:1", "incident:1:up"], False: ["incident:1"]}


class DoomedWorld:
    """A bot that is started again whenever it dies, and goes on with the next second."""

    rounds = 5

    def __init__(self, path: Path) -> None:
        self.doom = Doom()
        self.deaths = 0
        self.world = World(path, open_database=doomed(self.doom))
        self.world.settle()

    def outage(self, heard: bool) -> list[str]:
        """One outage, and the keys of what was told of it. `heard`: Slack had the DOWN before the UP."""
        self.world.fail()
        self._run(self.rounds * EVERY)
        if heard:
            after, self.doom.after = self.doom.after, None
            self.world.deliver()
            self.doom.after = after
        self.world.mend()
        self._run(self.rounds * EVERY)
        self.doom.after = None
        told = list(self.world.messages())
        self.world.close()
        return told

    def _run(self, seconds: int) -> None:
        for _ in range(seconds):
            try:
                self.world.run(1)
            except Killed:
                self.doom.after = self.next_death()
                self.deaths += 1
                self.world.restart()

    def next_death(self) -> int | None:
        return None


class OftenDoomed(DoomedWorld):
    """Dies again and again, at moments of chance."""

    rounds = 25  # what was being asked when it died is lost, and asked again a round later

    def __init__(self, path: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        super().__init__(path)
        self.doom.after = self.next_death()

    def next_death(self) -> int:
        return self._chance.randint(30, 90)


@pytest.mark.parametrize("heard", [True, False])
def test_a_kill_at_any_statement_tells_each_outage_once(tmp_path: Path, heard: bool) -> None:
    for point in count():
        made = DoomedWorld(tmp_path / f"kill{point}.db")
        made.doom.after = point
        assert made.outage(heard) == TOLD[heard], f"killed at statement {point}"
        if made.deaths == 0:  # it was over before
            break
    assert point > 50


@pytest.mark.parametrize("seed", range(20))
def test_a_bot_killed_again_and_again_tells_each_outage_once(tmp_path: Path, seed: int) -> None:
    made = OftenDoomed(tmp_path / "often.db", seed)
    heard = bool(seed % 2)
    assert made.outage(heard) == TOLD[heard]
    assert made.deaths > 1
