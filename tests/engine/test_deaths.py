"""kill -9 before any statement of an outage that more than its own check decides on: what is beneath it, the bot's own
blindness, a deploy's grace, steps that go further while nobody answers. The channel then shows what it shows when
nothing dies.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.fleet import Fleet
from bot.model import DeployState, Step
from bot.state.deploys import Deploys
from bot.state.host_steps import HostSteps
from tests.building import a_plan
from tests.engine.channel import Line, Post
from tests.engine.dying import Doom, Killed, doomed
from tests.engine.test_blind import CUT, break_for_good
from tests.engine.test_depends import fleet as layered
from tests.engine.test_depends import set_down, set_up
from tests.engine.watching import EVERY, fleet_with
from tests.engine.wide import wide

TICK = 5  # seconds between sweeps: often enough for checks that are asked every ten
Story = Callable[[Line], Iterator[int]]
"""Yields for how many rounds of checks the world goes on as it is now."""


class Mortal:
    """A line that is started again whenever it dies, and goes on with its next sweep."""

    def __init__(self, path: Path, fleet: Fleet) -> None:
        self.doom = Doom()
        self.deaths = 0
        self.line = Line(path, fleet, doomed(self.doom))

    def tell(self, story: Story, last: int | None = None) -> Counter[str]:
        """How often the channel shows what; `last` is the statement that it dies before, None for no death."""
        rounds = story(self.line)
        for number in rounds:
            self.doom.after, last = last, None
            self._pass(number * EVERY // TICK)
            last, self.doom.after = self.doom.after, None
        self.line.world.close()
        return shown(self.line)

    def _pass(self, sweeps: int) -> None:
        for _ in range(sweeps):
            try:
                self.line.tick(TICK)
            except Killed:
                self.doom.after = None
                self.deaths += 1
                self.line.restart()


def shown(line: Line) -> Counter[str]:
    """First lines without their moments, answers in threads marked, each with how often it stands there."""
    heads = [(post, [part for part in post.text.split(" · ")[:2] if "<!date" not in part]) for post in posts(line)]
    return Counter(f"{'> ' if post.thread_ts else ''}{post.channel} {' · '.join(parts)}" for post, parts in heads)


def posts(line: Line) -> Iterable[Post]:
    return line.channel.posts.values()


def beneath(line: Line) -> Iterator[int]:
    """The database takes the api and the shop with it; the shop stays down when it is back."""
    set_down(line, "db", "api", "shop")
    yield 6
    set_up(line, "db", "api")
    yield 6


def blind(line: Line) -> Iterator[int]:
    """The bot's own network is cut; the second service is really down when it is back."""
    line.world.fail(CUT)
    yield 5
    break_for_good(line.world, 2)
    line.world.mend()
    yield 7


def graced(line: Line) -> Iterator[int]:
    """A deploy has restarted the shop, which does not come back before its grace is over, but later."""
    deploys, now = Deploys(line.world.db), line.world.clock.now()
    deploy = deploys.begin(a_plan(["web1", "web2"]), "U0ANA", now)
    assert deploy is not None
    HostSteps(line.world.db).begin([(deploy.id, host, Step.RESTART, now) for host in ("web1", "web2")])
    deploys.finish(deploy.id, DeployState.SUCCEEDED, "", now)
    line.world.fail()
    yield 8
    line.world.mend()
    yield 4


def further(line: Line) -> Iterator[int]:
    """Nobody acknowledges: a mention, then another channel; then it is up."""
    line.world.fail()
    yield 10
    line.world.mend()
    yield 5


STEPS = [{"after": "20s", "notify": "@shop-team"}, {"after": "40s", "channel": "#major"}]
STORIES: dict[str, tuple[Story, Callable[[], Fleet], list[str]]] = {
    "beneath": (
        beneath,
        layered,
        [
            "#alerts UP · db",
            "> C1 What was down with it and still fails is told by itself from now on",
            "> C1 UP · db",
            "#alerts DOWN · shop",
        ],
    ),
    "blind": (blind, lambda: wide(6), ["#alerts I CAN SEE AGAIN", "#alerts DOWN · s2"]),
    "graced": (graced, fleet_with, ["#alerts UP · shop", "> C1 UP · shop"]),
    "further": (
        further,
        lambda: fleet_with(alerts={"group_wait": "0s", "escalate": STEPS}),
        [
            "#alerts UP · shop",
            "> C1 STILL DOWN · shop",
            "> C1 Escalated · shop",
            "#major UP · shop",
            "> C1 UP · shop",
            "> C1 UP · shop",
        ],
    ),
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", STORIES)
def test_a_kill_at_any_statement_changes_nothing_that_people_see(tmp_path: Path, name: str) -> None:
    story, fleet, told = STORIES[name]
    expected = Counter(told)
    for point in count():
        made = Mortal(tmp_path / f"kill{point}.db", fleet())
        assert made.tell(story, point) == expected, f"killed at statement {point}"
        if made.deaths == 0:  # it was over before
            break
    assert point > 300
