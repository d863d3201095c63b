from pathlib import Path

import pytest

from bot.archive import HEALTH, HostStep
from bot.model import Step
from bot.state.database import Database
from bot.state.host_steps import HostSteps
from bot.state.schema import apply_all
from tests.building import NOW, names, seconds


@pytest.fixture
def steps(tmp_path: Path) -> HostSteps:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    return HostSteps(db)


def test_steps_are_read_in_the_order_in_which_they_were_written(steps: HostSteps) -> None:
    """Also where a clock was set back in between."""
    steps.begin([(41, "web1", Step.FETCH, NOW)])
    steps.begin([(41, "web2", Step.FETCH, NOW + seconds(1)), (41, "web1", Step.SWITCH, NOW - seconds(5))])
    steps.begin([(42, "web1", Step.FETCH, NOW)])
    assert steps.of(41) == (
        HostStep("web1", "fetch", NOW),
        HostStep("web2", "fetch", NOW + seconds(1)),
        HostStep("web1", "switch", NOW - seconds(5)),
    )
    assert steps.of(43) == ()


def test_a_step_that_is_begun_again_is_kept_again(steps: HostSteps) -> None:
    for at in (0, 60):
        steps.begin([(41, "web1", Step.RESTART, NOW + seconds(at))])
    assert [step.at for step in steps.of(41)] == [NOW, NOW + seconds(60)]


def test_a_whole_batch_is_written_at_once(steps: HostSteps) -> None:
    steps.begin([(41, name, HEALTH, NOW) for name in names(200)])
    assert steps.of(41) == tuple(HostStep(name, HEALTH, NOW) for name in names(200))
    steps.begin([])
    assert len(steps.of(41)) == 200
