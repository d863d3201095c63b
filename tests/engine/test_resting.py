"""Whom a deploy holds in standby: as long as it runs, and in its own group."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cloud import Account, ScalingGroup
from bot.engine.resting import Resting
from bot.state.group_care import GroupHolds, Held
from tests.building import a_plan
from tests.engine.line import Line
from tests.engine.resting import GROUP


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path)
    made.launch()
    yield made
    made.stop()


def test_they_are_told_by_their_group_while_the_deploy_runs(line: Line) -> None:
    deploy = line.journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    resting, holds, now = Resting(line.db), GroupHolds(line.db), line.clock.now()
    assert resting.of(GROUP) == frozenset()
    holds.take(deploy.id, GROUP, Held.INSTANCE, ["web1", "web2"], now)
    holds.take(deploy.id, GROUP, Held.PROCESS, ["HealthCheck"], now)
    assert resting.of(GROUP) == {"web1", "web2"}
    assert resting.of(ScalingGroup("shop", Account("us-east-1"))) == frozenset()
    line.journal.close(deploy.id)
    assert resting.of(GROUP) == frozenset()
