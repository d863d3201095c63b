"""kill -9 at any moment of a deploy and of an outage: it ends as it would have, and everything was said once."""

import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.scenarios.test_outage_story import CHECK
from tests.scenarios.world import LONG, Line, World, world
from tests.waiting import eventually

SAMPLE = [1, 2]  # seeds of the suite; `make soak` runs many
SOAK = range(3, 40)
seeds = pytest.mark.parametrize("seed", [*SAMPLE, *(pytest.param(seed, marks=pytest.mark.soak) for seed in SOAK)])


def rows(line: World, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{line.layout.state / 'pointsman.db'}?mode=ro", uri=True) as db:
        return db.execute(query).fetchall()


def kill_and_start(line: World, after: float) -> None:
    """Lets the bot live for so many seconds, ends it at whatever line it is, and starts it again."""
    line.bot.outlive(after)
    line.bot.kill()
    line.begin()


def operations(line: Line, channel: str) -> Counter[str]:
    """How often each message was posted, threads included, by the operation id that it carries."""
    found: Counter[str] = Counter()
    for one in line.slack.messages(channel):
        found[one.get("metadata", {}).get("event_payload", {}).get("op", one["ts"])] += 1
    return found


def attempts(line: World, order: str) -> list[str]:
    """The steps that were begun on the hosts for an order, with their attempt."""
    found: list[str] = []
    for host in line.site.hosts:
        found += [path.name for path in (host.home / "shop/.pointsman/orders" / order).glob("*.*") if path.is_dir()]
    return found


@seeds
def test_a_deploy_that_is_killed_again_and_again_ends_as_it_would_have(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with world(tmp_path) as line:
        line.begin()
        line.deploy("1.0.0")
        line.slack.command("ana", "/deploy", "shop@1.1.0 to production")
        eventually(lambda: rows(line, "SELECT 1 FROM deploys WHERE id = 2"), timeout=LONG)
        for _ in range(chance.randint(2, 4)):
            kill_and_start(line, chance.uniform(0.0, 2.5))
        assert line.ended(1) == "✓ Deploy 2 · shop 1.1.0 → production done on 4 hosts"
        assert line.releases() == ["1.1.0"] * 4
        assert line.apps() == ["running"] * 4
        assert set(operations(line, "deploys").values()) == {1}
        assert len(line.posts("deploys")) == 2
        assert not [name for name in attempts(line, "deploy-2") if not name.endswith(".1")]


@seeds
def test_a_failing_deploy_that_is_killed_again_and_again_is_rolled_back(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with world(tmp_path) as line:
        line.begin()
        line.deploy("1.1.0")
        line.slack.command("ana", "/deploy", "shop@1.2.0 to production")
        eventually(lambda: rows(line, "SELECT 1 FROM deploys WHERE id = 2"), timeout=LONG)
        for _ in range(chance.randint(2, 4)):
            kill_and_start(line, chance.uniform(0.0, 3.0))
        assert line.ended(1).endswith("rolled back to 1.1.0 on 1 host · locked")
        assert line.releases() == ["1.1.0"] * 4
        eventually(
            lambda: len(line.thread("deploys", line.posts("deploys")[1]["ts"])) == 2
        )  # the plan, and the failure
        assert set(operations(line, "deploys").values()) == {1}


@seeds
def test_an_outage_with_kills_all_through_it_is_one_down_and_one_up(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with world(tmp_path) as line:
        line.begin()
        line.deploy("1.1.0")
        line.change_fleet(checks=[{**CHECK, "action": "restart"}])
        eventually(lambda: len(rows(line, "SELECT 1 FROM checks WHERE health = 'up'")) == 4, timeout=LONG)
        line.machines.act("web2", "stop")
        for _ in range(chance.randint(1, 3)):
            kill_and_start(line, chance.uniform(0.0, 3.0))
        eventually(lambda: line.texts("alerts"), timeout=LONG)
        line.machines.act("web2", "start")
        for _ in range(chance.randint(1, 3)):
            kill_and_start(line, chance.uniform(0.0, 3.0))
        eventually(lambda: line.texts("alerts")[0].startswith("UP"), timeout=LONG)
        assert len(line.posts("alerts")) == 1
        eventually(lambda: len(line.thread("alerts", line.posts("alerts")[0]["ts"])) == 1)
        assert set(operations(line, "alerts").values()) == {1}
        ended = "SELECT count(*), sum(ended_at IS NOT NULL) FROM incidents"
        assert rows(line, ended) == [(1, 1)]
