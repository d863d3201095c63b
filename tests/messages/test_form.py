from typing import Any

import pytest

from bot.messages.form import CALLBACK, ENVIRONMENT, RELEASE, SERVICE, deploy_form
from tests.building import fleet_of, view_faults
from tests.fleet.samples import SOUND


def fleet_with(services: int) -> Any:
    one = SOUND["services"]["shop"]
    production = one["environments"]["production"]
    made = {
        f"service-{number:04d}": {
            **one, "environments": {"production": {**production, "path": f"/srv/{number}"}}
        }
        for number in range(services)
    }  # fmt: skip
    return fleet_of(["web1"], (("services",), made))


def element(view: dict[str, Any], key: str) -> dict[str, Any]:
    (found,) = [block["element"] for block in view["blocks"] if block["block_id"] == key]
    return dict(found)


def test_the_form_asks_for_service_environment_and_release() -> None:
    fleet = fleet_of(["web1"], (("environments",), ["staging", "production"]))
    view = deploy_form(fleet, "C00DEPLOYS0")
    assert (view["callback_id"], view["private_metadata"]) == (CALLBACK, "C00DEPLOYS0")
    assert [option["value"] for option in element(view, SERVICE)["options"]] == ["shop"]
    assert [option["value"] for option in element(view, ENVIRONMENT)["options"]] == ["staging", "production"]
    assert element(view, RELEASE)["type"] == "plain_text_input"
    assert [block.get("optional", False) for block in view["blocks"]] == [False, False, True]
    assert view_faults(view) == []


@pytest.mark.parametrize(
    ("services", "groups"),
    [
        (100, None),
        (101, ["service-0000 … service-0099", "service-0100 … service-0100"]),
        (250, ["service-0000 … service-0099", "service-0100 … service-0199", "service-0200 … service-0249"]),
    ],
)
def test_no_service_is_missing_however_many_there_are(services: int, groups: list[str] | None) -> None:
    view = deploy_form(fleet_with(services), "C1")
    menu = element(view, SERVICE)
    found = menu.get("option_groups")
    options = [option for group in found for option in group["options"]] if found else menu["options"]
    assert [option["value"] for option in options] == [f"service-{number:04d}" for number in range(services)]
    assert ([group["label"]["text"] for group in found] if found else None) == groups
    assert view_faults(view) == []


def test_the_longest_names_fit() -> None:
    longest = "s" * 40
    fleet = fleet_of(["web1"], (("services",), {longest: SOUND["services"]["shop"]}))
    assert view_faults(deploy_form(fleet, "C1")) == []
