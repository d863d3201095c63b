"""What every system promises that brings a release by itself, over each that there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import RefUnknown
from bot.managed import ManagedOrder, Pace, Phase
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import EcsPlace
from tests.backends.group_place import REGION, GroupPlace
from tests.backends.managed_places import ManagedPlace, MemoryManagedPlace
from tests.backends.stack_place import StackPlace

PLACES = ("memory_place", "group_place", "stack_place", "ecs_place")
"""Fixtures, one for each system."""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def memory_place() -> ManagedPlace:
    return MemoryManagedPlace()


@pytest.fixture
def group_place(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedPlace]:
    reach(monkeypatch, aws, REGION)
    made = GroupPlace()
    yield made
    made.close()


@pytest.fixture
def stack_place(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedPlace]:
    reach(monkeypatch, aws, REGION)
    made = StackPlace(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ecs_place(aws: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedPlace]:
    reach(monkeypatch, aws, REGION)
    made = EcsPlace(f"cluster-{abs(hash(request.node.name)):x}", container="web")
    yield made
    made.close()


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> ManagedPlace:
    found: ManagedPlace = request.getfixturevalue(request.param)
    return found


AT_ONCE = Pace()


def order(place: ManagedPlace, name: str, number: int = 41, pace: Pace = AT_ONCE) -> ManagedOrder:
    return ManagedOrder(f"deploy-{number}", place.backend().resolve(place.site, name), pace)


def test_a_name_is_resolved_to_what_can_never_mean_something_else(place: ManagedPlace) -> None:
    place.release("second")
    found = place.backend().resolve(place.site, "second")
    assert found.ref == "second"
    assert found.sha != "second"
    assert place.backend().resolve(place.site, found.sha).sha == found.sha


def test_without_a_name_the_newest_is_meant(place: ManagedPlace) -> None:
    place.release("second")
    newest, named = (place.backend().resolve(place.site, ref) for ref in (None, "second"))
    assert newest.sha == named.sha


def test_a_name_that_nothing_has_is_refused_with_those_that_are_near(place: ManagedPlace) -> None:
    place.release("second")
    with pytest.raises(RefUnknown) as raised:
        place.backend().resolve(place.site, "secnd")
    assert "second" in raised.value.near


def test_what_runs_is_known_by_its_exact_name(place: ManagedPlace) -> None:
    facts = place.backend().standing(place.site)
    assert facts.current == place.backend().resolve(place.site, "first").sha
    assert (facts.trouble, facts.drift) == ("", ())


def test_a_release_that_is_brought_is_what_runs_then(place: ManagedPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.DONE
    assert place.backend().standing(place.site).current == wanted.release.sha


def test_an_order_that_was_never_begun_is_not_taken_for_one(place: ManagedPlace) -> None:
    assert place.backend().look(place.site, order(place, "first")).phase is Phase.UNBEGUN


def test_the_same_order_twice_begins_once(place: ManagedPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    for _ in range(2):
        place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.DONE
    assert place.begun() == 1


def test_a_broken_release_is_never_called_done_and_says_why(place: ManagedPlace) -> None:
    place.release("broken", broken="exit code 137")
    before, wanted = place.backend().standing(place.site).current, order(place, "broken")
    place.backend().begin(place.site, wanted)
    ended = place.follow(wanted)
    assert ended.phase in (Phase.BACK, Phase.FAILED)
    assert "exit code 137" in " ".join(ended.reasons)
    if ended.phase is Phase.BACK:
        assert place.backend().standing(place.site).current == before


def test_an_order_that_runs_can_be_turned_back(place: ManagedPlace) -> None:
    place.release("second")
    before, wanted = place.backend().standing(place.site).current, order(place, "second")
    place.backend().begin(place.site, wanted)
    assert place.backend().look(place.site, wanted).phase is Phase.RUNNING
    for _ in range(2):
        place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.backend().standing(place.site).current == before


def test_what_is_done_is_not_turned_back(place: ManagedPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.DONE


def test_after_a_release_an_older_one_can_be_ordered(place: ManagedPlace) -> None:
    place.release("second")
    for number, name in enumerate(("second", "first"), 41):
        wanted = order(place, name, number)
        place.backend().begin(place.site, wanted)
        assert place.follow(wanted).phase is Phase.DONE
    assert place.backend().standing(place.site).current == place.backend().resolve(place.site, "first").sha


def test_it_waits_at_a_checkpoint_until_it_is_told_to_go_on(place: ManagedPlace) -> None:
    if place.pause_at is None:
        pytest.skip("this system knows no checkpoints")
    place.release("second")
    wanted = order(place, "second", pace=Pace("canary", (place.pause_at,)))
    place.backend().begin(place.site, wanted)
    waiting = place.follow(wanted)
    assert (waiting.phase, waiting.checkpoint) == (Phase.WAITING, 0)
    place.move()
    assert place.backend().look(place.site, wanted).phase is Phase.WAITING
    for _ in range(2):
        place.backend().go_on(place.site, wanted, 0)
    assert place.follow(wanted).phase is Phase.DONE


def test_what_waits_at_a_checkpoint_can_be_turned_back(place: ManagedPlace) -> None:
    if place.pause_at is None:
        pytest.skip("this system knows no checkpoints")
    place.release("second")
    before = place.backend().standing(place.site).current
    wanted = order(place, "second", pace=Pace("canary", (place.pause_at,)))
    place.backend().begin(place.site, wanted)
    place.follow(wanted)
    place.backend().turn_back(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.backend().standing(place.site).current == before


def test_what_would_change_is_said_and_bound_to_its_hash(place: ManagedPlace) -> None:
    place.release("second")
    place.release("third")
    seen = [place.backend().propose(place.site, order(place, name)) for name in ("second", "third", "second")]
    assert all(one.changes and one.seal for one in seen)
    assert seen[0] == seen[2] != seen[1]


def test_what_runs_already_changes_nothing(place: ManagedPlace) -> None:
    assert place.backend().propose(place.site, order(place, "first")).changes == ()


def test_what_a_hand_changed_is_named(place: ManagedPlace) -> None:
    place.tamper()
    facts = place.backend().standing(place.site)
    assert facts.drift
    assert place.backend().propose(place.site, order(place, "first")).changes
