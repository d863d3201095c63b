"""ECS in moto's server, the engine, its database and its workflows: promotion, failure, abort and kills."""

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.backends.ecs import EcsServices
from bot.backends.registries import Registries
from bot.model import DeployState, Target
from bot.records import Deploy
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import REGION, EcsPlace
from tests.building import fleet_of
from tests.engine.line import Line
from tests.engine.lives import Lives, lives
from tests.fleet.samples import SHOP
from tests.waiting import eventually

PLACES = ("dev", "qa", "production")
NUMBERS = iter(range(1, 1000))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def clusters(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, EcsPlace]]:
    """One for each environment; images come from dev's repository."""
    reach(monkeypatch, aws, REGION)
    number = next(NUMBERS)
    made = {name: EcsPlace(f"{name}{number}", container="web") for name in PLACES}
    yield made
    for place in made.values():
        place.close()


class OnEcs(Line):
    """A service in three environments, each a cluster."""

    def __init__(self, directory: Path, clusters: dict[str, EcsPlace]) -> None:
        self.clusters = clusters
        image = clusters["dev"].image
        places = {
            name: {
                "backend": "ecs",
                "ecs": {"cluster": one.cluster, "service": "shop", "container": "web", "image": image},
            }
            for name, one in clusters.items()
        }
        changes = [((*SHOP, "environments"), places), (("environments",), list(PLACES))]
        super().__init__(directory, fleet_of(["web1"], *changes))

    def start(self) -> None:
        sessions = self.clusters["dev"].sessions
        self.systems = {"ecs": EcsServices(sessions, Registries(sessions))}
        super().start()

    def bring(self, ref: str, environment: str) -> Deploy:
        begun = self.ask(ref, environment=environment)
        assert isinstance(begun, Deploy), begun
        return self.ended(begun.id)

    def image(self, environment: str) -> str:
        return str(self.clusters[environment].definition()["containerDefinitions"][0]["image"])


@pytest.fixture
def story(tmp_path: Path, clusters: dict[str, EcsPlace]) -> Iterator[OnEcs]:
    line = OnEcs(tmp_path, clusters)
    line.launch()
    yield line
    line.stop()


def test_one_digest_goes_through_three_environments(story: OnEcs) -> None:
    dev = story.clusters["dev"]
    dev.release("1.4.2")
    assert story.bring("1.4.2", "dev").state is DeployState.SUCCEEDED
    digest = dev.digests["1.4.2"]
    dev.release("1.4.3")
    dev.mark("1.4.3", "1.4.2")  # the tag means another image from now on
    for environment in ("qa", "production"):
        begun = story.moves.promote("U0ANA", "shop", environment)
        assert isinstance(begun, Deploy), begun
        assert story.ended(begun.id).state is DeployState.SUCCEEDED
    assert {story.image(name) for name in PLACES} == {f"{dev.image}@{digest}"}
    assert [one.release.sha for one in story.journal.deploys.recent(3)] == [digest] * 3


def test_what_ecs_takes_back_is_told_as_a_failure_with_why_its_tasks_stopped(story: OnEcs) -> None:
    story.clusters["dev"].release("1.4.2")
    story.bring("1.4.2", "production")
    story.clusters["dev"].release("1.5.0", broken="exit code 137")
    deploy = story.bring("1.5.0", "production")
    assert deploy.state is DeployState.ROLLED_BACK
    assert "web: exit code 137" in deploy.reason
    assert story.image("production").endswith(story.clusters["dev"].digests["1.4.2"])
    assert story.clusters["production"].begun() == 2


def test_where_ecs_cannot_go_back_itself_the_bot_orders_what_was_good(story: OnEcs) -> None:
    dev = story.clusters["dev"]
    dev.release("1.4.2")
    story.bring("1.4.2", "production")
    dev.release("1.5.0", broken="exit code 1")
    dev.mark("1.5.0", "stuck-1")
    deploy = story.bring("1.5.0", "production")
    assert deploy.state is DeployState.ROLLED_BACK
    assert story.image("production").endswith(dev.digests["1.4.2"])
    assert story.clusters["production"].begun() == 3


def test_an_abort_turns_the_service_deployment_back(story: OnEcs) -> None:
    place = story.clusters["production"]
    story.clusters["dev"].release("1.4.2")
    story.bring("1.4.2", "production")
    story.clusters["dev"].release("1.5.0")
    place.hold(True)
    begun = story.ask("1.5.0")
    assert isinstance(begun, Deploy)
    eventually(lambda: place.begun() == 2, timeout=60)
    assert isinstance(story.moves.abort("U0ANA", str(begun.id)), Deploy)
    eventually(lambda: place.newest()["status"] == "ROLLBACK_REQUESTED", timeout=60)
    place.hold(False)
    ended = story.ended(begun.id)
    assert ended.state is DeployState.ROLLED_BACK
    assert story.image("production").endswith(story.clusters["dev"].digests["1.4.2"])


def test_a_rollback_by_hand_brings_the_digest_that_was_good_before(story: OnEcs) -> None:
    dev = story.clusters["dev"]
    for name in ("1.4.2", "1.4.3"):
        dev.release(name)
        story.bring(name, "production")
    back = story.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    assert story.ended(back.id).state is DeployState.SUCCEEDED
    assert story.image("production").endswith(dev.digests["1.4.2"])
    assert story.journal.rungs(Target("shop", "production"))[-1].sha == dev.digests["1.4.2"]


@pytest.fixture(scope="module")
def begotten(aws: str) -> Iterator[Lives]:
    with pytest.MonkeyPatch.context() as patch:
        reach(patch, aws, REGION)
        with lives("tests.engine.mortal_ecs") as made:
            yield made


def lived(place: EcsPlace, directory: Path, ref: str, begotten: Lives, *moments: int | str) -> list[tuple[Any, ...]]:
    """The deploy's row after a kill at each of these moments, and a life to the end."""
    config = {"cluster": place.cluster, "service": "shop", "container": "web", "image": place.image}
    (directory / "ecs.json").write_text(json.dumps(config))
    for last in moments:
        assert not begotten.live(directory, ref, last) or isinstance(last, int), last
    assert begotten.live(directory, ref)
    with sqlite3.connect(directory / "state.db") as db:
        return db.execute("SELECT id, state, ref FROM deploys").fetchall()


NAMED = ("registered", "updated", "1: 1 rollout begins", "1: 1 rollout has acted")


@pytest.mark.parametrize("moment", [*NAMED, *random.Random(5).sample(range(40, 400), 2)])
def test_killed_at_any_moment_one_rollout_is_begun_and_followed_to_its_end(
    clusters: dict[str, EcsPlace], tmp_path: Path, begotten: Lives, moment: int | str
) -> None:
    place = clusters["production"]
    place.release("1.4.2")
    assert lived(place, tmp_path, "1.4.2", begotten, moment) == [(1, "succeeded", "1.4.2")]
    assert place.begun() == 1
    assert place.definition()["revision"] == 2


def test_killed_again_and_again_a_broken_release_goes_back_once(
    clusters: dict[str, EcsPlace], tmp_path: Path, begotten: Lives
) -> None:
    place = clusters["production"]
    place.release("1.5.0", broken="exit code 137")
    assert lived(place, tmp_path, "1.5.0", begotten, "registered", "updated", "1: 1 rollout has acted") == [
        (1, "rolled_back", "1.5.0")
    ]
    assert place.begun() == 1
    assert place.definition()["revision"] == 1
