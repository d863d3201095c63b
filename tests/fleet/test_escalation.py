from datetime import timedelta
from typing import Any

import pytest

from tests.fleet.samples import SHOP, changed, load, only_problem

STEPS = [
    {"after": "10m", "notify": "@leads"},
    {"after": "30m", "channel": "#major"},
    {"after": "1h", "way": "leads"},
]


def test_steps_are_read_in_their_order() -> None:
    fleet = load(changed((("alerts",), {"escalate": STEPS})))
    assert [(step.after, str(step)) for step in fleet.alerts.escalate] == [
        (timedelta(minutes=10), "notify @leads"),
        (timedelta(minutes=30), "channel #major"),
        (timedelta(hours=1), "way leads"),
    ]


def test_left_out_nobody_else_is_told() -> None:
    assert load(changed()).escalation("shop") == ()


@pytest.mark.parametrize(
    ("own", "service", "found"),
    [
        (None, "shop", ["notify @leads", "channel #major", "way leads"]),
        ([{"after": "0s", "way": "shop"}], "shop", ["way shop"]),
        ([], "shop", []),  # its outages go no further
        ([], "elsewhere", ["notify @leads", "channel #major", "way leads"]),  # an alert from outside
    ],
)
def test_a_service_may_have_steps_of_its_own(own: Any, service: str, found: list[str]) -> None:
    more = [] if own is None else [((*SHOP, "escalate"), own)]
    fleet = load(changed((("alerts",), {"escalate": STEPS}), *more))
    assert [str(step) for step in fleet.escalation(service)] == found


@pytest.mark.parametrize(
    ("step", "where", "words"),
    [
        ({"after": "10m"}, "", "tells nobody"),
        ({"after": "10m", "notify": "@leads", "way": "leads"}, "", "has notify and way at once"),
        ({"notify": "@leads"}, ".after", ""),
        ({"after": "8d", "notify": "@leads"}, ".after", "out of range"),
        ({"after": 10, "notify": "@leads"}, ".after", "needs its unit"),
        ({"after": "10m", "notify": "leads!"}, ".notify", "names nobody"),
        ({"after": "10m", "channel": "major"}, ".channel", "is not a channel"),
        ({"after": "10m", "way": "mailto://x"}, ".way", ""),
    ],
)
def test_a_step_that_cannot_be_taken_is_told_with_its_place(step: dict[str, Any], where: str, words: str) -> None:
    found = only_problem((("alerts",), {"escalate": [STEPS[0], step]}))
    assert found.path == f"alerts.escalate.1{where}"
    assert words in found.what
