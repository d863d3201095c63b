"""What every scaler promises, over each that there is."""

from collections.abc import Callable, Iterator

import pytest

from bot.capacity import Fitness, ScaleOrder, reached
from bot.errors import CloudRefused
from tests.backends.cloud_pools import AsgPlace, Ec2Place, EcsPlace
from tests.backends.daemons import moto, reach
from tests.backends.pools import MemoryPoolPlace, PoolPlace

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


PLACES: dict[str, Callable[[], PoolPlace]] = {
    "memory": MemoryPoolPlace,
    "ec2": lambda: Ec2Place(REGION),
    "asg": lambda: AsgPlace(REGION),
    "ecs": lambda: EcsPlace(REGION),
}


def opened(kind: str, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolPlace]:
    reach(monkeypatch, endpoint, REGION)
    made = PLACES[kind]()
    yield made
    made.close()


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolPlace]:
    yield from opened(request.param, endpoint, monkeypatch)


@pytest.fixture(params=["memory", "ec2", "asg"])
def named(request: pytest.FixtureRequest, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolPlace]:
    """One whose machines have names: who goes may be chosen."""
    yield from opened(request.param, endpoint, monkeypatch)


@pytest.fixture(params=["memory", "asg", "ecs"])
def choosing(request: pytest.FixtureRequest, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolPlace]:
    """One that chooses itself who goes."""
    yield from opened(request.param, endpoint, monkeypatch)


def out(place: PoolPlace, after: int) -> ScaleOrder:
    return ScaleOrder(f"out-{after}-{place.pool}"[:60], 3, after)


def back(place: PoolPlace, *leave: str) -> ScaleOrder:
    desired = place.read().desired
    return ScaleOrder(f"back-{leave}-{place.pool}"[:60], desired, desired - (len(leave) or 1), leave)


def test_a_pool_is_read_with_all_that_it_has(place: PoolPlace) -> None:
    standing = place.read()
    assert (standing.desired, standing.healthy, standing.notes) == (3, 3, ())
    assert place.read() == standing


def test_machines_are_told_oldest_first_and_with_what_is_known_of_them(named: PoolPlace) -> None:
    machines = named.read().machines
    assert {machine.fitness for machine in machines} == {Fitness.HEALTHY}
    assert len({machine.name for machine in machines}) == 3
    assert all(machine.launched_at.tzinfo and machine.zone for machine in machines)
    assert [machine.launched_at for machine in machines] == sorted(machine.launched_at for machine in machines)


def test_an_order_for_more_is_reached_and_those_that_were_there_stay(place: PoolPlace) -> None:
    before = place.names()
    standing = place.through(out(place, 5))
    assert (standing.desired, standing.healthy) == (5, 5)
    assert set(before) <= set(place.names())


def test_an_order_is_carried_out_once_however_often_it_is_given(place: PoolPlace) -> None:
    order = out(place, 5)
    place.through(order)
    there = place.names()
    for _ in range(3):
        assert reached(order, place.scaler().advance(place.pool, order))
    assert place.names() == there


def test_a_bot_that_dies_in_the_middle_makes_no_machine_twice(named: PoolPlace) -> None:
    order = out(named, 5)
    named.scaler().advance(named.pool, order)
    made = named.names()
    assert len(made) == 5
    named.scaler().advance(named.pool, order)
    assert named.names() == made
    assert named.through(order).healthy == 5


def test_an_order_for_fewer_ends_those_that_it_names(named: PoolPlace) -> None:
    first, second, third = named.names()
    assert named.through(back(named, second)).desired == 2
    assert named.names() == [first, third]


def test_where_nobody_is_named_the_cloud_chooses(choosing: PoolPlace) -> None:
    assert choosing.through(back(choosing)).desired == 2
    assert choosing.read().healthy == 2


def test_a_machine_that_is_ended_under_our_hands_is_made_again(named: PoolPlace) -> None:
    order = out(named, 4)
    named.through(order)
    gone = named.names()[-1]
    named.kill(gone)
    named.wait()
    assert named.through(order).healthy == 4
    assert gone not in named.names()


def test_a_shielded_machine_stays_whatever_the_order_says(named: PoolPlace) -> None:
    first, second, _ = named.names()
    named.shield(first)
    assert named.scaler().shielded(named.pool, [first, second]) == {first}
    standing = named.scaler().advance(named.pool, back(named, first))
    assert any(first in note for note in standing.notes)
    named.wait()
    assert first in named.names()
    assert len(named.names()) == 3


def test_a_pool_that_does_not_exist_is_refused(place: PoolPlace) -> None:
    with pytest.raises(CloudRefused):
        place.scaler().read(place.elsewhere())
    with pytest.raises(CloudRefused):
        place.scaler().advance(place.elsewhere(), out(place, 5))
