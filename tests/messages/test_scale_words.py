"""What a rule saw and why it goes no further, by tables over decisions that the rules make."""

from typing import Any

import pytest

from bot.messages.scale_words import cpu, limit_words, seen_words
from bot.plan.scaling import decide
from bot.scaling import Capacity, Change, Wish
from tests.plan.scaled import NOW, ago, capacity, hosts, policy

IDLE, BUSY = (20.0,) * 6, (90.0,) * 4


@pytest.mark.parametrize(
    ("loads", "rules", "told"),
    [
        (BUSY, {}, "median CPU 90 % on 4 warm hosts over 2 min (target 60 %)"),
        (BUSY, {"of": "max"}, "highest CPU 90 % on 4 warm hosts over 2 min (target 60 %)"),
        ((90.0,), {"of": "mean", "over": "5m"}, "mean CPU 90 % on 1 warm host over 5 min (target 60 %)"),
        ((90.0, None), {}, "median CPU 90 % on 1 warm host over 2 min, 1 more tells none (target 60 %)"),
        ((90.0, None, None), {}, "median CPU 90 % on 1 warm host over 2 min, 2 more tell none (target 60 %)"),
        ((5.25,), {"target_cpu": 5}, "median CPU 5.2 % on 1 warm host over 2 min (target 5 %)"),
        ((None, None), {}, "no host tells its CPU (target 60 %)"),
        ((10.0,) * 2, {"min": 4}, "4 is the least"),
        (IDLE, {"max": 4, "min": 4}, "4 is the most"),
        ((95.0,) * 2, {"target_cpu": None, "steps": [{"above": 85, "add": 2}]},
         "median CPU 95 % on 2 warm hosts over 2 min (above 85 %: 2 more)"),
        ((10.0,) * 3, {"target_cpu": None, "steps": [{"below": 20, "remove": 1}]},
         "median CPU 10 % on 3 warm hosts over 2 min (below 20 %: 1 fewer)"),
        ((99.0, 99.0, 20.0, 20.0), {"hot": {"cpu": 90, "share": "25%", "act": True}},
         "median CPU 60 % on 4 warm hosts over 2 min · 2 of 4 hosts above 90 %"),
    ],
)  # fmt: skip
def test_what_was_seen_is_said_with_its_number_and_its_rule(
    loads: tuple[float | None, ...], rules: dict[str, Any], told: str
) -> None:
    given = policy(**{key: value for key, value in rules.items() if value is not None})
    if rules.get("target_cpu", 0) is None:
        given = given.model_copy(update={"target_cpu": None})
    assert seen_words(decide(capacity(*loads), given, NOW), given) == told


@pytest.mark.parametrize(
    ("loads", "rules", "more", "told"),
    [
        (BUSY, {}, {}, ""),
        ((60.0,) * 4, {}, {}, "nothing else is wanted"),
        ((None, None), {}, {}, "no host tells its CPU: nothing is done until one does"),
        (BUSY, {}, {"held_until": ago(minutes=-5)}, "the number is held"),
        (BUSY, {"max": 5}, {}, "6 would be needed; 5 is the most"),
        (IDLE, {"min": 3}, {}, "2 would do; 3 is the least"),
        (IDLE, {}, {"deploying": "deploy 41"}, "2 would do; no host is taken away during a deploy"),
        (IDLE, {}, {"incident": "incident 7"}, "2 would do; no host is taken away while an incident is open"),
        (IDLE, {}, {"changes": (Change(ago(minutes=4), 5, 6),)},
         "2 would do; no host is taken away within 5 min of a change"),
        (BUSY, {}, {"failures": (Change(ago(minutes=1), 4, 6),)},
         "6 would be needed; the cloud refused it a moment ago, and is asked again a little later"),
        (IDLE, {}, {"wishes": (Wish(ago(minutes=1), 6),)}, "2 would do; more were wanted within 5 min"),
        (BUSY, {"out": {"after": "2m"}}, {"wishes": (Wish(ago(minutes=1), 4),)},
         "6 would be needed; fewer were wanted within 2 min"),
        (BUSY, {"out": {"at_most": 1, "every": "2m"}}, {},
         "6 would be needed; 1 host per 2 min is the limit"),
        (IDLE, {"in": {"at_most": "25%"}}, {}, "2 would do; 25% of the hosts per 60 s is the limit"),
    ],
)  # fmt: skip
def test_why_it_goes_no_further_is_said(
    loads: tuple[float | None, ...], rules: dict[str, Any], more: dict[str, Any], told: str
) -> None:
    given = policy(**rules)
    assert limit_words(decide(capacity(*loads, **more), given, NOW), given) == told


def test_a_young_host_and_the_only_one_of_a_release_keep_others() -> None:
    young = decide(capacity(*IDLE, young=1), policy(), NOW)
    assert limit_words(young, policy()) == "2 would do; no host is taken away while one warms up"
    releases = ["1.4.1"] * 3 + ["1.4.2"]
    two = decide(Capacity(4, hosts(10, 10, 10, 10, releases=releases)), policy(), NOW)
    assert limit_words(two, policy()) == "1 would do; no release loses its only host"


@pytest.mark.parametrize(("percent", "told"), [(83.4, "83 %"), (9.96, "10 %"), (8.3, "8.3 %"), (0.0, "0 %")])
def test_a_share_of_cpu_has_no_more_digits_than_say_something(percent: float, told: str) -> None:
    assert cpu(percent) == told
