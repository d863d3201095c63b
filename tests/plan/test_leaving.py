"""Who goes when there shall be fewer machines."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capacity import First, Fitness, Machine
from bot.plan.leaving import ALONE, SHIELDED, STANDBY, leaving

START = datetime(2026, 11, 27, 12, tzinfo=UTC)


def machine(name: str, minute: int = 0, zone: str = "a", release: str = "7") -> Machine:
    return Machine(name, Fitness.HEALTHY, START + timedelta(minutes=minute), zone=zone, release=release)


OLD, MIDDLE, NEW = machine("old", 0), machine("middle", 1), machine("new", 2)


@pytest.mark.parametrize(
    ("first", "number", "gone"),
    [
        ("newest", 1, ("new",)),
        ("newest", 2, ("new", "middle")),
        ("oldest", 1, ("old",)),
        ("oldest", 2, ("old", "middle")),
        ("oldest", 0, ()),
        ("oldest", 9, ("old", "middle", "new")),
    ],
)
def test_age_decides_among_equals(first: First, number: int, gone: tuple[str, ...]) -> None:
    assert leaving([MIDDLE, NEW, OLD], number, first).names == gone


@pytest.mark.parametrize("fitness", [Fitness.PENDING, Fitness.UNHEALTHY])
def test_whoever_serves_nobody_goes_first(fitness: Fitness) -> None:
    idle = replace(MIDDLE, fitness=fitness, zone="b")
    assert leaving([OLD, idle, NEW], 2, "newest").names == ("middle", "new")


@pytest.mark.parametrize("fitness", [Fitness.DRAINING, Fitness.LEAVING])
def test_whoever_goes_already_is_not_counted_again(fitness: Fitness) -> None:
    assert leaving([OLD, MIDDLE, replace(NEW, fitness=fitness)], 1, "newest").names == ("middle",)


def test_a_shielded_one_never_goes_and_that_is_said() -> None:
    found = leaving([OLD, replace(MIDDLE, protected=True), NEW], 3, "oldest", shielded={"new"})
    assert found.names == ("old",)
    assert found.kept == {"middle": SHIELDED, "new": SHIELDED}


def test_one_in_standby_stays() -> None:
    found = leaving([OLD, replace(NEW, fitness=Fitness.STANDBY)], 2, "newest")
    assert (found.names, found.kept) == (("old",), {"new": STANDBY})


def test_the_only_one_of_a_release_stays() -> None:
    found = leaving([OLD, MIDDLE, replace(NEW, release="8")], 3, "newest")
    assert found.names == ("middle",)
    assert found.kept == {"new": ALONE, "old": ALONE}


def test_where_all_are_of_one_release_the_last_may_go_too() -> None:
    assert len(leaving([OLD, MIDDLE, NEW], 3, "newest").names) == 3


def test_zones_are_kept_level_before_age_is_asked() -> None:
    there = [machine("a1", 9), machine("b1", 1, "b"), machine("b2", 2, "b"), machine("b3", 3, "b")]
    assert leaving(there, 3, "newest").names == ("b3", "b2", "a1")


def test_a_shielded_machine_counts_in_its_zone() -> None:
    there = [replace(machine("a1", 1), protected=True), machine("a2", 2), machine("b1", 9, "b")]
    assert leaving(there, 1, "newest").names == ("a2",)


def test_one_of_each_release_is_left_in_a_fleet_of_thousands() -> None:
    there = [machine(f"m{number}", number, "abc"[number % 3], str(number % 50)) for number in range(5000)]
    found = leaving(there, 5000, "newest")
    assert len(found.names) == 4950
    left = [one for one in there if one.name not in set(found.names)]
    assert Counter(one.release for one in left) == Counter(str(number) for number in range(50))


machines = st.lists(
    st.builds(
        Machine,
        name=st.uuids().map(str),
        fitness=st.sampled_from(Fitness),
        launched_at=st.integers(0, 9).map(lambda minute: START + timedelta(minutes=minute)),
        protected=st.booleans(),
        release=st.sampled_from("123"),
        zone=st.sampled_from("abc"),
    ),
    max_size=20,
)


@given(machines, st.integers(0, 25), st.sampled_from(["newest", "oldest"]))
def test_whatever_stands_nothing_goes_that_must_stay(there: list[Machine], number: int, first: First) -> None:
    found = leaving(there, number, first)
    named = {one.name: one for one in there}
    assert len(found.names) <= number
    assert len(set(found.names)) == len(found.names)
    assert all(named[name].stays and not named[name].protected for name in found.names)
    before = {one.release for one in there if one.stays}
    after = {one.release for one in there if one.stays and one.name not in found.names}
    assert len(before) < 2 or before == after
    assert len(found.names) == number or len(found.kept) == len([one for one in there if one.stays]) - len(found.names)


@given(machines, st.integers(0, 25), st.sampled_from(["newest", "oldest"]))
def test_the_order_in_which_they_are_told_does_not_matter(there: list[Machine], number: int, first: First) -> None:
    assert leaving(there, number, first) == leaving(there[::-1], number, first)
