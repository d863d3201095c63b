"""What every scaler promises, over each that there is."""

import pytest

from bot.capacity import Fitness, ScaleOrder, reached
from bot.errors import CloudRefused
from tests.backends.pools import MemoryPoolPlace, PoolPlace


@pytest.fixture(params=["memory"])
def place(request: pytest.FixtureRequest) -> PoolPlace:
    return MemoryPoolPlace()


def out(place: PoolPlace, after: int, name: str = "out") -> ScaleOrder:
    return ScaleOrder(f"{name}-{place.pool}", 3, after)


def back(place: PoolPlace, *leave: str, name: str = "back") -> ScaleOrder:
    standing = place.read()
    number = len(leave) or 1
    return ScaleOrder(f"{name}-{place.pool}", standing.desired, standing.desired - number, leave)


def test_a_pool_is_read_with_every_machine_that_it_has(place: PoolPlace) -> None:
    standing = place.read()
    assert (standing.desired, standing.healthy, len(standing.machines)) == (3, 3, 3)
    assert {machine.fitness for machine in standing.machines} == {Fitness.HEALTHY}
    assert all(machine.launched_at.tzinfo for machine in standing.machines)
    assert place.read() == standing


def test_an_order_for_more_is_reached_and_those_that_were_there_stay(place: PoolPlace) -> None:
    before = place.names()
    standing = place.through(out(place, 5))
    assert (standing.desired, standing.healthy) == (5, 5)
    assert set(before) < set(place.names())


def test_an_order_is_carried_out_once_however_often_it_is_given(place: PoolPlace) -> None:
    order = out(place, 5)
    place.through(order)
    there = place.names()
    for _ in range(3):
        assert reached(order, place.scaler().advance(place.pool, order))
    assert place.names() == there


def test_a_bot_that_dies_in_the_middle_makes_no_machine_twice(place: PoolPlace) -> None:
    order = out(place, 5)
    place.scaler().advance(place.pool, order)
    made = {machine.name for machine in place.read().machines}
    place.scaler().advance(place.pool, order)
    assert {machine.name for machine in place.read().machines} == made
    assert place.through(order).healthy == 5


def test_an_order_for_fewer_ends_those_that_it_names(place: PoolPlace) -> None:
    first, second, third = place.names()
    if place.chooses:
        place.through(back(place, second))
        assert place.names() == [first, third]
    else:
        place.through(back(place))
        assert set(place.names()) < {first, second, third}
    assert place.read().desired == 2


def test_a_machine_that_is_ended_under_our_hands_is_made_again(place: PoolPlace) -> None:
    order = out(place, 4)
    place.through(order)
    gone = place.names()[-1]
    place.kill(gone)
    place.wait()
    standing = place.through(order)
    assert standing.healthy == 4
    assert gone not in place.names()


def test_a_shielded_machine_stays_whatever_the_order_says(place: PoolPlace) -> None:
    first, second, _ = place.names()
    place.shield(first)
    assert place.scaler().shielded(place.pool, [first, second]) == {first}
    if place.chooses:
        standing = place.scaler().advance(place.pool, back(place, first))
        assert any(first in note for note in standing.notes)
    place.wait()
    assert first in place.names()


def test_a_pool_that_does_not_exist_is_refused(place: PoolPlace) -> None:
    with pytest.raises(CloudRefused):
        place.scaler().read(place.elsewhere())
    with pytest.raises(CloudRefused):
        place.scaler().advance(place.elsewhere(), out(place, 5))
