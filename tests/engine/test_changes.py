import pytest

from bot.engine.changes import LastChange
from bot.model import DeployKind, DeployState
from bot.state.deploys import Deploys
from tests.building import NOW, TARGET, a_plan, release, seconds
from tests.engine.line import Line


def told(line: Line) -> str:
    change = LastChange(line.db).of(TARGET)
    assert change is not None
    return change.text


def past(line: Line, *story: tuple[str, DeployState]) -> None:
    """Deploys one after another, each a minute long; `back:…` is a rollback, the last may still be running."""
    deploys = Deploys(line.db)
    for number, (ref, state) in enumerate(story):
        kind = DeployKind.ROLLBACK if ref.startswith("back:") else DeployKind.DEPLOY
        plan = a_plan(4, kind, ref.removeprefix("back:"), fallback=None if kind is DeployKind.ROLLBACK else "1.4.1")
        deploy = deploys.begin(plan, "U0ANA", NOW + seconds(100 * number))
        assert deploy is not None
        if state is not DeployState.RUNNING:
            deploys.finish(deploy.id, state, "", NOW + seconds(100 * number + 60))


def test_before_the_first_deploy_nothing_is_known(line: Line) -> None:
    assert LastChange(line.db).of(TARGET) is None


@pytest.mark.parametrize(
    ("story", "text"),
    [
        ([("1.4.2", DeployState.SUCCEEDED)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>"),
        ([("1.4.2", DeployState.RUNNING)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which is running"),
        ([("1.4.2", DeployState.FAILED)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which failed"),
        (
            [("1.4.2", DeployState.ROLLED_BACK)],
            "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which failed and was rolled back",
        ),
        (
            [("1.4.2", DeployState.SUCCEEDED), ("back:1.4.1", DeployState.SUCCEEDED)],
            "rollback 2 (1.4.1) by <@U0ANA>",
        ),
    ],
)
def test_the_last_change_is_said_with_who_and_how_it_ended(
    line: Line, story: list[tuple[str, DeployState]], text: str
) -> None:
    past(line, *story)
    assert told(line) == text


@pytest.mark.parametrize(
    ("story", "back"),
    [
        ([("1.4.1", DeployState.SUCCEEDED)], None),
        ([("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.SUCCEEDED)], "1.4.1"),
        ([("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.ROLLED_BACK)], None),
        (
            [("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.SUCCEEDED), ("1.5.0", DeployState.FAILED)],
            "1.4.1",
        ),
        (
            [("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.SUCCEEDED), ("back:1.4.1", DeployState.SUCCEEDED)],
            None,
        ),
    ],
)
def test_the_way_back_is_one_good_release_down(
    line: Line, story: list[tuple[str, DeployState]], back: str | None
) -> None:
    past(line, *story)
    change = LastChange(line.db).of(TARGET)
    assert change is not None
    assert change.rollback_to == (release(back) if back else None)


@pytest.mark.parametrize(("state", "at"), [(DeployState.SUCCEEDED, 60), (DeployState.RUNNING, 0)])
def test_it_took_effect_when_it_ended_or_while_it_runs_when_it_began(line: Line, state: DeployState, at: int) -> None:
    past(line, ("1.4.2", state))
    change = LastChange(line.db).of(TARGET)
    assert change is not None
    assert change.at == NOW + seconds(at)
