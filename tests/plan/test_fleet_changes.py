from typing import Any

import pytest

from bot.plan.fleet_changes import changed_parts
from bot.watch import FleetPart
from tests.fleet.samples import PRODUCTION, SHOP, SOUND, changed, load

STAGING = {**SOUND["services"]["shop"]["environments"]["production"], "path": "/srv/staging"}
Change = tuple[tuple[str | int, ...], Any]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ([], []),
        ([(("channels",), {"alerts": "#other"})], []),
        ([((*PRODUCTION, "steps", "restart"), "systemctl restart shop2")], [("shop", "production", ("steps",))]),
        (
            [((*PRODUCTION, "keep"), 7), ((*PRODUCTION, "checks", 0, "every"), "1m")],
            [("shop", "production", ("checks", "keep"))],
        ),
        ([((*SHOP, "runbook"), "https://wiki.example.com/new")], [("shop", "", ("runbook",))]),
        ([((*SHOP, "environments", "staging"), STAGING)], [("shop", "staging", ())]),
        ([(("services", "api"), {**SOUND["services"]["shop"], "environments": {"staging": STAGING}})],
         [("api", "staging", ())]),
    ],
)  # fmt: skip
def test_what_is_otherwise_is_told_by_service_environment_and_key(
    changes: list[Change], parts: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = changed_parts(load(SOUND), load(changed(*changes)))
    assert found == tuple(FleetPart(*part) for part in parts)


def test_what_left_the_file_is_not_told() -> None:
    fuller = load(changed(((*SHOP, "environments", "staging"), STAGING)))
    assert changed_parts(fuller, load(SOUND)) == ()


def test_a_file_from_before_that_cannot_be_read_leaves_open_what_changed() -> None:
    assert changed_parts(None, load(SOUND)) == (FleetPart(),)
