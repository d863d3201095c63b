from dataclasses import replace

import pytest

from bot.fleet import Fleet
from bot.offers import Draft
from bot.plan.draft import places, settled, written_strategy
from tests.building import fleet_of
from tests.fleet.samples import PRODUCTION, SOUND

SHOP = SOUND["services"]["shop"]
ONE = fleet_of(["web1"], ((*PRODUCTION, "strategy"), {"kind": "canary"}))


def elsewhere(path: str, *names: str) -> dict[str, object]:
    """A service that runs in these environments."""
    production = SHOP["environments"]["production"]
    return {**SHOP, "environments": {name: {**production, "path": f"{path}-{name}"} for name in names}}


TWO: Fleet = fleet_of(
    ["web1"],
    (("environments",), ["staging", "production"]),
    (("services", "api"), elsewhere("/srv/api", "staging", "production")),
)
FULL = Draft("api", "production", "1.4.2", "canary")


@pytest.mark.parametrize(
    ("fleet", "draft", "follows"),
    [
        (ONE, Draft(), Draft("shop", "production")),
        (ONE, Draft(release="1.4.2"), Draft("shop", "production")),
        (TWO, Draft(), Draft()),
        (TWO, Draft("shop"), Draft("shop", "production")),
        (TWO, Draft("api"), Draft("api")),
        (TWO, FULL, FULL),
        (TWO, replace(FULL, service="gone"), Draft("", "production", "", "canary")),
        (TWO, replace(FULL, environment="gone"), replace(FULL, environment="")),
        (TWO, replace(FULL, service="shop", environment="staging"), Draft("shop", "production", "1.4.2", "canary")),
    ],
)
def test_what_there_is_no_choice_about_is_chosen_and_what_there_is_not_is_dropped(
    fleet: Fleet, draft: Draft, follows: Draft
) -> None:
    assert settled(fleet, draft) == follows


@pytest.mark.parametrize(
    ("service", "found"),
    [
        ("api", ("staging", "production")),
        ("shop", ("production",)),
        ("", ("staging", "production")),
        ("x", ("staging", "production")),
    ],
)
def test_a_service_is_offered_where_it_runs(service: str, found: tuple[str, ...]) -> None:
    assert places(TWO, service) == found


def test_the_strategy_of_the_fleet_file_is_known_once_the_place_is() -> None:
    assert written_strategy(ONE, Draft("shop", "production")) == "canary"
    assert written_strategy(ONE, Draft("shop")) == ""
