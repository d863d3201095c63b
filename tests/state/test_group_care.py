"""What deploys hold still in Auto Scaling groups: written down before, and forgotten when it is undone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cloud import Account, ScalingGroup
from bot.state.database import Database
from bot.state.group_care import GroupHolds, Held, Hold
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SHOP = ScalingGroup("shop", Account("eu-west-1", "arn:aws:iam::123456789012:role/pointsman", "acme"))
OTHER = ScalingGroup("shop", Account("us-east-1"))


@pytest.fixture
def holds(tmp_path: Path) -> GroupHolds:
    db = Database(tmp_path / "state.db", busy_timeout=1.0)
    apply_all(db)
    return GroupHolds(db)


def test_what_is_held_is_found_again_with_its_group_and_account(holds: GroupHolds) -> None:
    holds.take(7, SHOP, Held.PROCESS, ["AZRebalance", "HealthCheck"], NOW)
    holds.take(7, SHOP, Held.INSTANCE, ["i-1"], NOW)
    assert holds.all() == [
        Hold(SHOP, Held.INSTANCE, "i-1", 7),
        Hold(SHOP, Held.PROCESS, "AZRebalance", 7),
        Hold(SHOP, Held.PROCESS, "HealthCheck", 7),
    ]


def test_holding_it_again_passes_it_to_the_later_deploy(holds: GroupHolds) -> None:
    for deploy in (7, 7, 8):
        holds.take(deploy, SHOP, Held.PROCESS, ["AZRebalance"], NOW)
    assert holds.all() == [Hold(SHOP, Held.PROCESS, "AZRebalance", 8)]


def test_only_what_is_named_is_given_back(holds: GroupHolds) -> None:
    for group in (SHOP, OTHER):
        holds.take(7, group, Held.PROCESS, ["AZRebalance", "HealthCheck"], NOW)
        holds.take(7, group, Held.INSTANCE, ["AZRebalance"], NOW)
    holds.give_back(SHOP, Held.PROCESS, ["AZRebalance", "nothing"])
    left = {(hold.group, hold.held, hold.name) for hold in holds.all()}
    assert (SHOP, Held.PROCESS, "AZRebalance") not in left
    assert len(left) == 5
