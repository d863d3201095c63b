"""Killed at any moment and started again, a change of a number of hosts ends as it would have: no machine is made
twice, none is left behind, and it is told in one message.
"""

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.lives import Life, Lives, lives
from tests.engine.mortal_scale import IN, OUT
from tests.engine.test_rollout_killed import MOMENT

TIMES = re.compile(r" after [0-9.]+ (ms|s|min)( [0-9]+ s)?")
TOKEN = re.compile(r"^(scale-[0-9]+)-[0-9]+")


@dataclass(frozen=True)
class Left:
    """What a story leaves behind, but for its times."""

    acts: list[tuple[object, ...]]
    machines: dict[str, Any]
    messages: list[tuple[str, str]]
    audit: list[tuple[object, ...]]
    steps: list[str]


def left(place: Path) -> Left:
    with sqlite3.connect(place / "state.db") as db:
        acts = db.execute("SELECT id, hosts_before, hosts_after, stand, reached, well, leave FROM scales").fetchall()
        words = db.execute("SELECT key, json_extract(payload, '$') FROM outbox ORDER BY key").fetchall()
        audit = db.execute("SELECT what, who, subject, before FROM audit ORDER BY 1, 2, 3").fetchall()
    messages = [(key, TIMES.sub("", MOMENT.sub("", text))) for key, text in words if key.startswith("scale")]
    machines = {
        name: [fitness, TOKEN.sub(r"\1", order)]
        for name, (fitness, order) in json.loads((place / "machines.json").read_text()).items()
    }
    files = sorted(str(path.relative_to(place / "hosts")) for path in (place / "hosts").rglob("scale-*"))
    steps = [re.sub(r"(scale-[0-9]+)-[0-9]+", r"\1", name) for name in files]
    return Left(acts, machines, messages, audit, steps)


@dataclass(frozen=True)
class Story:
    """A change that nobody disturbed: the moments it took and what it left."""

    lives: Lives
    base: Path
    ref: str
    life: Life
    left: Left

    def killed(self, place: Path, *moments: int | str) -> Left:
        """The same with a kill at each of these moments, one process after the other; what is numbered may be over."""
        shutil.copytree(self.base, place, dirs_exist_ok=True)
        for last in moments:
            assert not self.lives.live(place, self.ref, last) or isinstance(last, int), last
        assert self.lives.live(place, self.ref)
        return left(place)


@pytest.fixture(scope="module")
def begotten() -> Iterator[Lives]:
    with lives("tests.engine.mortal_scale") as made:
        yield made


@pytest.fixture(scope="module")
def base(begotten: Lives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1.4.1 stands on four machines."""
    place = tmp_path_factory.mktemp("base")
    assert begotten.live(place, "1.4.1")
    return place


def told(begotten: Lives, base: Path, ref: str, place: Path) -> Story:
    shutil.copytree(base, place, dirs_exist_ok=True)
    life = begotten.live(place, ref)
    assert life
    return Story(begotten, base, ref, life, left(place))


@pytest.fixture(scope="module")
def out(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, OUT, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def inwards(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, IN, tmp_path_factory.mktemp("inwards"))


def test_undisturbed_two_machines_are_made_equipped_and_registered(out: Story) -> None:
    assert out.left.acts == [(1, 4, 6, "done", 6, 6, "[]")]
    assert out.left.machines == {
        **{f"m-{number}": ["healthy", ""] for number in range(1, 5)},
        "m-5": ["healthy", "scale-1"],
        "m-6": ["healthy", "scale-1"],
    }
    assert [key for key, _ in out.left.messages] == ["scale:1"]
    assert {"m-5/scale-1.restart", "m-6/scale-1.restart"} < {*out.left.steps}
    assert [what for what, *_ in out.left.audit].count("scale.begun") == 1


def test_undisturbed_two_machines_go(inwards: Story) -> None:
    assert inwards.left.acts == [(1, 4, 2, "done", 2, 2, '["m-4", "m-3"]')]
    assert sorted(inwards.left.machines) == ["m-1", "m-2"]


def boundaries(story: Story) -> list[str]:
    """Each beginning and end of what the act does, its calls to the cloud and its hosts' steps among them."""
    mine = ("1: ", "launch", "register", "terminate", "scale-1")
    names = dict.fromkeys(name for name in story.life.names if name.startswith(mine))
    return [name for name in names if not name.startswith("scale-1-")]


def test_a_kill_at_every_boundary_of_an_act_outwards_leaves_no_machine_behind(out: Story, tmp_path: Path) -> None:
    """Between the call that makes a machine and what follows it, too: the token finds it again."""
    names = boundaries(out)
    assert {"launch m-5 begins", "launch m-5 has acted", "register m-6 has acted", "1: close has acted"} < {*names}
    for at, name in enumerate(names):
        assert out.killed(tmp_path / str(at), name) == out.left, name


def test_a_kill_at_every_boundary_of_an_act_inwards_takes_no_other_machine(inwards: Story, tmp_path: Path) -> None:
    names = boundaries(inwards)
    assert {"terminate m-4 begins", "terminate m-4 has acted", "1: scale has acted"} < {*names}
    for at, name in enumerate(names):
        assert inwards.killed(tmp_path / str(at), name) == inwards.left, name


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 40))])
def test_nor_do_kills_at_any_statement(out: Story, inwards: Story, tmp_path: Path, seed: int) -> None:
    chance = random.Random(9000 + seed)
    for story in (out, inwards):
        kills = [chance.randint(1, story.life.moments) for _ in range(chance.randint(1, 3))]
        assert story.killed(tmp_path / story.ref, *kills) == story.left, kills
