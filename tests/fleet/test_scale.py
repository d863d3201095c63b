from datetime import timedelta
from typing import Any

import pytest

from bot.fleet.scale import Scale
from bot.model import Target
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

SCALE = (*PRODUCTION, "scale")
TARGET: dict[str, Any] = {"max": 10, "target_cpu": 60}


def scale(**words: Any) -> Scale:
    deployment = load(changed((SCALE, {**TARGET, **words}))).deployment(Target("shop", "production"))
    assert deployment is not None
    assert deployment.scale is not None
    return deployment.scale


def test_left_out_it_has_the_defaults_of_the_notes() -> None:
    found = scale()
    assert (found.min, found.of, found.warm_up, found.cooldown) == (
        1,
        "median",
        timedelta(minutes=3),
        timedelta(minutes=5),
    )
    assert (found.out.after, found.down.after) == (timedelta(0), timedelta(minutes=5))
    assert (found.out.tolerance, found.down.tolerance, found.cost_per_hour) == (0, 0.05, None)


def test_a_pace_keeps_its_other_defaults() -> None:
    found = scale(**{"in": {"at_most": 1, "every": "2m"}, "out": {"tolerance": "5%"}})
    assert (found.down.at_most, found.down.every, found.down.after) == (1, timedelta(minutes=2), timedelta(minutes=5))
    assert (found.out.tolerance, found.out.at_most) == (0.05, "100%")


def test_a_deployment_without_it_has_as_many_hosts_as_there_are() -> None:
    deployment = load(changed()).deployment(Target("shop", "production"))
    assert deployment is not None
    assert deployment.scale is None


@pytest.mark.parametrize(
    ("words", "path", "what"),
    [
        ({"min": 11}, "scale.max", "is below min, which is 11"),
        ({"min": 0}, "scale.min", "is out of range"),
        ({"max": 10_000_000}, "scale.max", "is out of range"),
        ({"target_cpu": 0}, "scale.target_cpu", ""),
        ({"target_cpu": 101}, "scale.target_cpu", ""),
        ({"of": "average"}, "scale.of", "is not one of them"),
        ({"out": {"tolerance": "x"}}, "scale.out.tolerance", "is not a share"),
        ({"in": {"at_most": 0}}, "scale.in.at_most", "is not a batch"),
        ({"steps": [{"above": 80, "remove": 1}]}, "scale.steps.0", "is not a step"),
        ({"steps": [{"above": 80}]}, "scale.steps.0", "is not a step"),
        ({"schedules": ["Mon-Fri 08:00 min 4"]}, "scale.schedules.0", "has no time zone"),
        ({"schedules": ["Mon-Fri 08:00 UTC"]}, "scale.schedules.0", "sets neither min nor max"),
        ({"schedules": ["8 o'clock min 4 UTC"]}, "scale.schedules.0", "is not a limit by the clock"),
        ({"schedules": ["08:00 min 4 max 2 UTC"]}, "scale.schedules.0", "sets max 2 below min 4"),
        ({"schedules": ["08:00 min 0 UTC"]}, "scale.schedules.0", "leaves no host"),
        ({"schedules": ["25:00 min 4 UTC"]}, "scale.schedules.0", "25:00 is no time of day"),
        ({"cost_per_hour": 0}, "scale.cost_per_hour", ""),
        ({"colour": "red"}, "scale.colour", "is not a known key"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(words: dict[str, Any], path: str, what: str) -> None:
    problem = only_problem((SCALE, {**TARGET, **words}))
    assert problem.path.endswith(path)
    assert what in problem.what


@pytest.mark.parametrize(
    ("words", "ruled"),
    [({"min": 2, "max": 10}, False), (TARGET, True), ({"max": 10, "schedules": ["08:00 min 4 UTC"]}, True)],
)
def test_a_scale_without_a_rule_is_limits_for_people(words: dict[str, Any], ruled: bool) -> None:
    assert Scale.model_validate(words).ruled is ruled


def test_what_was_wanted_and_changed_counts_as_long_as_the_longest_window() -> None:
    assert Scale.model_validate(TARGET).memory == timedelta(minutes=5)
    assert Scale.model_validate({**TARGET, "in": {"after": "10m"}}).memory == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("text", "days", "least", "most"),
    [
        ("Mon-Fri 08:00 min 4 UTC", {0, 1, 2, 3, 4}, 4, None),
        ("Fri-Mon 08:00 max 4 UTC", {4, 5, 6, 0}, None, 4),
        ("sat,sun 10:00 min 2 max 6 UTC", {5, 6}, 2, 6),
        ("Saturday 10:00 min 2 UTC", {5}, 2, None),
        ("22:00 min 1 UTC", set(range(7)), 1, None),
    ],
)
def test_limits_by_the_clock_are_read(text: str, days: set[int], least: int | None, most: int | None) -> None:
    (entry,) = scale(schedules=[text]).schedules
    assert (set(entry.days), entry.least, entry.most, str(entry)) == (days, least, most, text)
