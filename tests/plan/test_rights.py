import pytest

from bot.model import Target
from bot.plan.rights import deployers, forcers
from tests.building import fleet_of

FLEET = fleet_of(
    ["web1"],
    (("environments",), ["staging", "preview", "production"]),
    (("access",), {"production": {"deploy": ["@oncall", "U024BE7LH"]}, "preview": {"deploy": []}}),
)


@pytest.mark.parametrize(
    ("environment", "who"),
    [("production", ("@oncall", "U024BE7LH")), ("preview", ()), ("staging", ()), ("moon", ())],
)
def test_who_may_deploy_is_by_environment_and_nobody_named_means_everybody(
    environment: str, who: tuple[str, ...]
) -> None:
    assert deployers(FLEET, Target("shop", environment)) == who


@pytest.mark.parametrize(
    ("access", "who"),
    [
        ({"deploy": ["@oncall"], "approve": ["@leads"], "force": ["U024BE7LH"]}, ("U024BE7LH",)),
        ({"deploy": ["@oncall"], "approve": ["@leads"]}, ("@leads",)),  # left out: whoever may approve
        ({"deploy": ["@oncall"]}, ("@oncall",)),
        ({}, ()),
    ],
)
def test_who_may_pass_a_freeze_is_named_or_whoever_may_approve(
    access: dict[str, list[str]], who: tuple[str, ...]
) -> None:
    fleet = fleet_of(["web1"], (("access",), {"production": access}))
    assert forcers(fleet, Target("shop", "production")) == who
