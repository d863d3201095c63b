from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model import Stage, StageState
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.state.stages import Stages
from tests.building import NOW, seconds

NAMES = ["Preflight", "Batch 1 of 1"]


@pytest.fixture
def stages(tmp_path: Path) -> Iterator[Stages]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    made = Stages(db)
    made.lay_out(1, NAMES)
    yield made
    db.close()


def test_the_plan_is_laid_out_pending_in_its_order(stages: Stages) -> None:
    assert stages.of(1) == (Stage(0, "Preflight"), Stage(1, "Batch 1 of 1"))
    assert stages.of(2) == ()


def test_a_stage_begins_and_ends_with_its_times(stages: Stages) -> None:
    stages.begin(1, 0, NOW)
    assert stages.of(1)[0] == Stage(0, "Preflight", StageState.IN_PROGRESS, started_at=NOW)
    stages.end(1, 0, StageState.COMPLETE, "4 hosts ready", NOW + seconds(2))
    ended = Stage(0, "Preflight", StageState.COMPLETE, "4 hosts ready", NOW, NOW + seconds(2))
    assert stages.of(1) == (ended, Stage(1, "Batch 1 of 1"))


def test_a_stage_says_what_it_does_until_it_has_ended(stages: Stages) -> None:
    stages.begin(1, 0, NOW)
    stages.say(1, 0, "waits for build")
    assert stages.of(1)[0] == Stage(0, "Preflight", StageState.IN_PROGRESS, "waits for build", started_at=NOW)
    stages.end(1, 0, StageState.COMPLETE, "build passed", NOW + seconds(2))
    stages.say(1, 0, "too late")
    assert stages.of(1)[0].detail == "build passed"
    assert stages.of(1)[1].detail == ""


def test_a_stage_begun_again_after_a_crash_keeps_its_first_moment(stages: Stages) -> None:
    stages.begin(1, 0, NOW)
    stages.begin(1, 0, NOW + seconds(60))
    assert stages.of(1)[0].started_at == NOW


def test_a_stage_that_ended_is_not_begun_again(stages: Stages) -> None:
    stages.begin(1, 1, NOW)
    stages.end(1, 1, StageState.ERROR, "web1: full", NOW + seconds(2))
    before = stages.of(1)
    stages.begin(1, 1, NOW + seconds(60))
    assert stages.of(1) == before


def test_a_stage_that_was_not_planned_comes_last_and_once(stages: Stages) -> None:
    assert stages.append(1, "Rollback") == 2
    assert stages.append(1, "Rollback") == 2
    assert stages.append(1, "Pointsman") == 3
    assert [stage.name for stage in stages.of(1)] == [*NAMES, "Rollback", "Pointsman"]


@pytest.mark.parametrize("state", StageState)
def test_every_state_comes_back(stages: Stages, state: StageState) -> None:
    stages.end(1, 0, state, "ü <b>\n", NOW)
    assert (stages.of(1)[0].state, stages.of(1)[0].detail) == (state, "ü <b>\n")


def test_a_stage_that_is_opened_again_is_as_if_it_had_never_begun(stages: Stages) -> None:
    before = stages.of(1)
    stages.begin(1, 1, NOW)
    stages.end(1, 1, StageState.ERROR, "aborted", NOW + seconds(2))
    stages.reopen(1, 1)
    assert stages.of(1) == before
    stages.begin(1, 1, NOW + seconds(60))
    assert stages.of(1)[1].started_at == NOW + seconds(60)
