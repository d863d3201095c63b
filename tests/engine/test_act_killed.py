"""Killed at any moment and started again, a check that acts by itself has acted once, and that is said once."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.lives import lives
from tests.engine.mortal import HELPED
from tests.engine.test_rollout_killed import SAID, Story, told


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """1.4.1 stands on four hosts; their check goes down, and restarts them."""
    with lives() as begotten:
        base, place = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("helped")
        assert begotten.live(base, "1.4.1")
        yield told(begotten, base, HELPED, place)


def test_undisturbed_every_host_is_restarted_once_and_the_alert_is_the_only_message(helped: Story) -> None:
    assert [step for step in helped.left.steps if "restart-1" in step] == [
        f"web{number}/restart-1.restart" for number in range(1, 5)
    ]
    assert [key for key, *_ in helped.left.messages] == sorted([*SAID[:2], "incident:1"])
    assert [what for what, *_ in helped.left.audit].count("restart.begun") == 1


def test_a_kill_at_every_boundary_of_its_steps_changes_nothing(helped: Story, tmp_path: Path) -> None:
    names = [name for name in helped.life.names if name.startswith(("1: ", "restart-1 "))]
    assert {"1: restart begins", "restart-1 web2 restart has acted", "1: close has acted"} < {*names}
    assert helped.killed(tmp_path, *names) == helped.left


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 40))])
def test_nor_do_kills_at_any_statement(helped: Story, tmp_path: Path, seed: int) -> None:
    chance = random.Random(5000 + seed)
    kills = [chance.randint(1, helped.moments) for _ in range(chance.randint(1, 3))]
    assert helped.killed(tmp_path, *kills) == helped.left
