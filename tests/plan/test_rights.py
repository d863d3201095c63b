import pytest

from bot.model import Target
from bot.plan.rights import deployers
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
