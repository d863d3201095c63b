"""When an order is carried out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.capacity import Fitness, Machine, ScaleOrder, Standing, estranged, reached

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def machines(**states: Fitness) -> tuple[Machine, ...]:
    return tuple(Machine(name, fitness, NOW) for name, fitness in states.items())


WELL, PENDING, DRAINING, STANDBY = Fitness.HEALTHY, Fitness.PENDING, Fitness.DRAINING, Fitness.STANDBY
OUT, BACK = ScaleOrder("out", 1, 2), ScaleOrder("back", 2, 1, leave=("b",))


@pytest.mark.parametrize(
    ("order", "desired", "there", "so"),
    [
        (OUT, 2, machines(a=WELL, b=WELL), True),
        (OUT, 2, machines(a=WELL, b=PENDING), False),
        (OUT, 2, machines(a=WELL), False),
        (OUT, 1, machines(a=WELL, b=WELL), False),
        (OUT, 2, machines(a=WELL, b=STANDBY), False),
        (BACK, 1, machines(a=WELL, b=WELL), False),
        (BACK, 1, machines(a=WELL, b=DRAINING), True),
        (BACK, 1, machines(a=WELL), True),
        (BACK, 1, machines(a=PENDING), False),
    ],
)
def test_an_order_is_reached_when_so_many_are_well_and_the_named_ones_go(
    order: ScaleOrder, desired: int, there: tuple[Machine, ...], so: bool
) -> None:
    assert reached(order, Standing(desired, there)) is so


@pytest.mark.parametrize(
    ("before", "after", "desired", "told"),
    [
        (4, 6, 4, ""),
        (4, 6, 5, ""),
        (4, 6, 6, ""),
        (4, 6, 8, "shall have 8 by now, neither 4 nor 6"),
        (4, 6, 3, "shall have 3 by now, neither 4 nor 6"),
        (6, 4, 5, ""),
        (6, 4, 7, "shall have 7 by now, neither 4 nor 6"),
        (4, 4, 4, ""),
        (4, 4, 5, "shall have 5 by now, not 4"),
    ],
)
def test_a_number_that_the_order_did_not_find_and_does_not_want_is_somebody_elses(
    before: int, after: int, desired: int, told: str
) -> None:
    found = estranged(ScaleOrder("one", before, after), desired)
    assert found.partition(":")[0] == told


def test_a_standing_counts_each_kind_and_those_that_stay() -> None:
    standing = Standing(3, machines(a=WELL, b=WELL, c=PENDING, d=DRAINING, e=Fitness.LEAVING, f=STANDBY))
    assert (standing.healthy, standing.count(PENDING), standing.count(STANDBY)) == (2, 1, 1)
    assert [machine.name for machine in standing.staying] == ["a", "b", "c", "f"]
    assert replace(standing, machines=()).healthy == 0
