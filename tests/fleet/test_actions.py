"""Named steps that alerts offer."""

from datetime import timedelta
from typing import Any

import pytest

from bot.fleet.actions import LONGEST, MOST
from tests.building import TARGET
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

PLACE = (*PRODUCTION, "actions")


def test_a_step_says_what_runs_how_long_what_to_ask_and_who_may() -> None:
    step = {"ssh": "./cache flush", "timeout": "30s", "confirm": "Sure?", "who": ["@dba"]}
    deployment = load(changed((PLACE, {"flush-cache": step, "vacuum": {"ssh": "vacuum"}}))).deployment(TARGET)
    assert deployment is not None
    full, bare = deployment.actions.values()
    assert (full.ssh, full.timeout, full.confirm, full.who) == (
        "./cache flush",
        timedelta(seconds=30),
        "Sure?",
        ("@dba",),
    )
    assert (bare.timeout, bare.confirm, bare.who) == (timedelta(minutes=1), "", ())


@pytest.mark.parametrize(
    ("actions", "path"),
    [
        ({"Flush Cache": {"ssh": "x"}}, "Flush Cache"),
        ({"flush": {}}, "flush.ssh"),
        ({"flush": {"ssh": "  "}}, "flush.ssh"),
        ({"flush": {"ssh": "x", "timeout": "0s"}}, "flush.timeout"),
        ({"flush": {"ssh": "x", "confirm": "x" * (LONGEST + 1)}}, "flush.confirm"),
        ({"flush": {"ssh": "x", "who": ["dba"]}}, "flush.who.0"),
        ({"flush": {"ssh": "x", "sudo": True}}, "flush.sudo"),
    ],
)
def test_what_is_not_a_step_is_told_by_its_path(actions: dict[str, Any], path: str) -> None:
    assert only_problem((PLACE, actions)).path.startswith(f"services.shop.environments.production.actions.{path}")


def test_there_are_only_so_many_buttons() -> None:
    named = {f"step-{number}": {"ssh": "x"} for number in range(MOST + 1)}
    assert only_problem((PLACE, named)).path == "services.shop.environments.production.actions"
