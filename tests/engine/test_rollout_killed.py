"""Killed at any moment and started again, a deploy ends as it would have, and each thing was done and said once."""

import random
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.lives import Life, Lives, lives
from tests.engine.mortal import BAD, CANARY, FALLEN, GOOD, HALTED

MOMENT = re.compile(r"<!date[^>]*>(, [^,]+ after)?")
SAMPLE = range(3)  # seeds of the suite; `make soak` runs many
SOAK = range(3, 60)
seeds = pytest.mark.parametrize("seed", [*SAMPLE, *(pytest.param(seed, marks=pytest.mark.soak) for seed in SOAK)])

SAID = ("deploy:1", "deploy:1:plan", "deploy:2", "deploy:2:plan")


@dataclass(frozen=True)
class Left:
    """What a story leaves behind, but for its times."""

    deploys: list[tuple[object, ...]]
    stages: list[tuple[object, ...]]
    hosts: list[tuple[object, ...]]
    messages: list[tuple[object, ...]]
    audit: list[tuple[object, ...]]
    steps: list[str]


def left(place: Path) -> Left:
    with sqlite3.connect(place / "state.db") as db:
        deploys, stages, hosts, messages, audit = (
            db.execute(query).fetchall()
            for query in (
                "SELECT id, sha, state, reason FROM deploys ORDER BY id",
                "SELECT deploy, position, name, state, detail FROM deploy_stages ORDER BY deploy, position",
                "SELECT deploy, host, batch, state, step, before_sha, detail, tail FROM deploy_hosts ORDER BY 1, 2",
                "SELECT key, channel, thread, json_extract(payload, '$.text') FROM outbox ORDER BY key",
                "SELECT what, who, subject, why, before, after FROM audit ORDER BY 1, 2, 3, 4",
            )
        )
    messages = [(*place, MOMENT.sub("", text)) for *place, text in messages]
    steps = sorted(str(path.relative_to(place / "hosts")) for path in (place / "hosts").rglob("*.*"))
    current = [path.read_text() for path in sorted((place / "hosts").glob("*/current"))]
    return Left(deploys, stages, hosts, messages, audit, steps + current)


@pytest.fixture(scope="module")
def begotten() -> Iterator[Lives]:
    with lives() as made:
        yield made


@pytest.fixture(scope="module")
def base(begotten: Lives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1.4.1 stands on four hosts."""
    place = tmp_path_factory.mktemp("base")
    assert begotten.live(place, "1.4.1")
    return place


@dataclass(frozen=True)
class Story:
    """A deploy that nobody disturbed: the moments it took and what it left."""

    lives: Lives
    base: Path
    ref: str
    life: Life
    left: Left

    @property
    def moments(self) -> int:
        return self.life.moments

    def killed(self, place: Path, *moments: int | str) -> Left:
        """The same with a kill at each of these moments, one process after the other. Each name must be met: what is
        numbered may be over by then.
        """
        shutil.copytree(self.base, place, dirs_exist_ok=True)
        for last in moments:
            assert not self.lives.live(place, self.ref, last) or isinstance(last, int), last
        assert self.lives.live(place, self.ref)
        return left(place)


def told(begotten: Lives, base: Path, ref: str, place: Path) -> Story:
    shutil.copytree(base, place, dirs_exist_ok=True)
    life = begotten.live(place, ref)
    assert life
    return Story(begotten, base, ref, life, left(place))


@pytest.fixture(scope="module")
def good(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, GOOD, tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def bad(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, BAD, tmp_path_factory.mktemp("bad"))


@pytest.fixture(scope="module")
def canary(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, CANARY, tmp_path_factory.mktemp("canary"))


@pytest.fixture(scope="module")
def fallen(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, FALLEN, tmp_path_factory.mktemp("fallen"))


@pytest.fixture(scope="module")
def halted(begotten: Lives, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(begotten, base, HALTED, tmp_path_factory.mktemp("halted"))


def test_undisturbed_one_ends_well_and_the_other_goes_back(good: Story, bad: Story) -> None:
    assert good.left.deploys[-1][2:] == ("succeeded", "")
    assert bad.left.deploys[-1][2:] == ("rolled_back", "Batch 2 of 3: web2: test ended with status 1")
    assert [key for key, *_ in good.left.messages] == sorted(SAID)
    assert [key for key, *_ in bad.left.messages] == sorted([*SAID, "deploy:2:failed"])
    assert min(good.moments, bad.moments) > 100


@seeds
def test_a_good_deploy_that_is_killed_ends_as_it_would_have(good: Story, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kills = [chance.randint(1, good.moments) for _ in range(chance.randint(1, 3))]
    assert good.killed(tmp_path, *kills) == good.left


@seeds
def test_a_failing_deploy_that_is_killed_goes_back_as_it_would_have(bad: Story, tmp_path: Path, seed: int) -> None:
    chance = random.Random(1000 + seed)
    kills = [chance.randint(1, bad.moments) for _ in range(chance.randint(1, 3))]
    assert bad.killed(tmp_path, *kills) == bad.left


@seeds
def test_a_canary_that_is_killed_is_asked_about_once_and_goes_on(canary: Story, tmp_path: Path, seed: int) -> None:
    assert canary.left.deploys[-1][2:] == ("succeeded", "")
    assert [key for key, *_ in canary.left.messages] == sorted([*SAID, "deploy:2:approval-3"])
    chance = random.Random(2000 + seed)
    kills = [chance.randint(1, canary.moments) for _ in range(chance.randint(1, 3))]
    assert canary.killed(tmp_path, *kills) == canary.left


@seeds
def test_what_goes_down_after_it_was_done_is_rolled_back_once(fallen: Story, tmp_path: Path, seed: int) -> None:
    assert [state for _, _, state, _ in fallen.left.deploys] == ["succeeded"] * 3
    assert [key for key, *_ in fallen.left.messages] == sorted([*SAID, "deploy:2:down", "deploy:3", "incident:1"])
    chance = random.Random(3000 + seed)
    kills = [chance.randint(fallen.moments // 2, fallen.moments) for _ in range(chance.randint(1, 3))]
    assert fallen.killed(tmp_path, *kills) == fallen.left


@seeds
def test_what_people_let_go_on_after_an_abort_goes_on_once(halted: Story, tmp_path: Path, seed: int) -> None:
    assert halted.left.deploys[-1][2:] == ("succeeded", "")
    assert [key for key, *_ in halted.left.messages] == sorted([*SAID, "deploy:2:halt-1"])
    chance = random.Random(4000 + seed)
    kills = [chance.randint(halted.moments // 3, halted.moments) for _ in range(chance.randint(1, 3))]
    assert halted.killed(tmp_path, *kills) == halted.left


SHARES = 5  # each dies at every fifth of them


@pytest.mark.parametrize("share", range(SHARES))
def test_a_kill_at_every_boundary_of_a_step_and_inside_each_changes_nothing(
    bad: Story, tmp_path: Path, share: int
) -> None:
    names = [name for name in bad.life.names if name.startswith(("2:", "deploy-2"))]
    assert {"2: 2 batch has acted", "2: rollback is written down", "deploy-2-back web1 switch has acted"} < {*names}
    assert bad.killed(tmp_path, *names[share::SHARES]) == bad.left


@pytest.mark.parametrize("share", range(SHARES))
def test_nor_does_it_between_the_steps_of_a_canary(canary: Story, tmp_path: Path, share: int) -> None:
    names = [name for name in canary.life.names if name.startswith("2:")]
    assert {"2: 2 bake has acted", "2: 3 approval begins", "2: late hosts 0 has acted"} < {*names}
    assert canary.killed(tmp_path, *names[share::SHARES]) == canary.left


@pytest.mark.soak
@pytest.mark.parametrize("share", range(20))
def test_one_kill_at_every_moment_changes_nothing(bad: Story, tmp_path: Path, share: int) -> None:
    for moment in range(1 + share, bad.moments, 20):
        assert bad.killed(tmp_path / str(moment), moment) == bad.left
