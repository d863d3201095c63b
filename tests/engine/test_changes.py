import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.engine.changes import LastChange
from bot.engine.fleets import FleetKeeper
from bot.holds import Freeze, Lock, Scope
from bot.model import DeployKind, DeployState
from bot.state.deploys import Deploys
from bot.state.freezes import Freezes
from bot.state.locks import Locks
from bot.state.silences import Silences
from bot.watch import Silence
from tests.building import NOW, TARGET, a_plan, release, seconds
from tests.engine.line import Line
from tests.engine.watching import HandClock
from tests.fleet.samples import PRODUCTION, SHOP, changed

LATER = NOW + seconds(1000)


def told(line: Line, first_failure: datetime = LATER) -> str:
    change = LastChange(line.db).of(TARGET, first_failure)
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
    assert LastChange(line.db).of(TARGET, LATER) is None


@pytest.mark.parametrize(
    ("story", "text"),
    [
        ([("1.4.2", DeployState.SUCCEEDED)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA> ended"),
        ([("1.4.2", DeployState.RUNNING)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which was running then, began"),
        ([("1.4.2", DeployState.FAILED)], "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which failed, ended"),
        (
            [("1.4.2", DeployState.ROLLED_BACK)],
            "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which failed and was rolled back, ended",
        ),
        (
            [("1.4.2", DeployState.SUCCEEDED), ("back:1.4.1", DeployState.SUCCEEDED)],
            "rollback 2 (1.4.1) by <@U0ANA> ended",
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
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.rollback_to == (release(back) if back else None)


@pytest.mark.parametrize(("state", "at"), [(DeployState.SUCCEEDED, 60), (DeployState.RUNNING, 0)])
def test_it_took_effect_when_it_ended_or_while_it_runs_when_it_began(line: Line, state: DeployState, at: int) -> None:
    past(line, ("1.4.2", state))
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.at == NOW + seconds(at)


def test_a_deploy_that_had_not_ended_at_the_first_failure_is_told_by_its_beginning(line: Line) -> None:
    past(line, ("1.4.2", DeployState.SUCCEEDED))
    first = NOW + seconds(30)
    assert told(line, first) == "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which was running then, began"
    change = LastChange(line.db).of(TARGET, first)
    assert change is not None
    assert (change.at, change.deployed_at) == (NOW, NOW + seconds(60))


def test_how_fresh_the_release_is_that_stands_there_is_known_unless_it_was_brought_back(line: Line) -> None:
    past(line, ("1.4.2", DeployState.SUCCEEDED), ("back:1.4.1", DeployState.SUCCEEDED))
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.deployed_at is None


def test_a_restart_by_a_button_is_a_change(line: Line) -> None:
    act = line.acts.begin(TARGET, ["web2"], 1, "U0CID", NOW)
    assert act is not None
    assert told(line) == "a restart of web2 by <@U0CID>, which was running then, began"
    line.acts.finish(act.id, False, "it failed", NOW + seconds(9))
    assert told(line) == "a restart of web2 by <@U0CID>, which failed, ended"


def test_what_people_hold_there_is_told_besides(line: Line) -> None:
    past(line, ("1.4.2", DeployState.SUCCEEDED))
    Locks(line.db).take(Lock(Scope("production", "shop"), "U0BEN", "data migration", NOW + seconds(100)))
    Locks(line.db).take(Lock(Scope("staging", "shop"), "U0BEN", "elsewhere", NOW + seconds(300)))
    Freezes(line.db).begin(Freeze("production", "U0CID", "a <holiday>", NOW + seconds(200)))
    Silences(line.db).begin(Silence("shop", None, "U0BEN", "noise", NOW + seconds(50), LATER))
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.text == "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA> ended"
    assert change.besides == (
        ("a freeze by <@U0CID> (a &lt;holiday&gt;) began", NOW + seconds(200)),
        ("a lock by <@U0BEN> (data migration) began", NOW + seconds(100)),
    )
    assert told(line, NOW + seconds(55)) == "deploy 1 (1.4.1 → 1.4.2) by <@U0ANA>, which was running then, began"


def test_the_bots_own_lock_after_a_rollback_is_no_news_beside_the_deploy_it_came_of(line: Line) -> None:
    Locks(line.db).take(Lock(Scope("production", "shop"), "", "deploy 1 failed", NOW, deploy=1))
    assert LastChange(line.db).of(TARGET, LATER) is None


class Written:
    """A fleet file that is written again and again, and read by the keeper."""

    def __init__(self, line: Line, path: Path) -> None:
        self.path, self.clock = path, HandClock(NOW)
        self.write()
        self.keeper = FleetKeeper(path, line.db, line.outbox, self.clock)

    def write(self, *changes: tuple[tuple[str | int, ...], object]) -> None:
        self.path.write_text(json.dumps(changed(*changes)))

    def change(self, *changes: tuple[tuple[str | int, ...], object]) -> None:
        self.clock.sleep(seconds(10))
        self.write(*changes)
        self.keeper.reload()


@pytest.fixture
def file(line: Line, tmp_path: Path) -> Written:
    return Written(line, tmp_path / "fleet.yaml")


def test_the_first_fleet_file_is_no_change(line: Line, file: Written) -> None:
    assert LastChange(line.db).of(TARGET, LATER) is None


def test_a_fleet_file_that_changed_something_there_says_what_and_when(line: Line, file: Written) -> None:
    keep = ((*PRODUCTION, "keep"), 7)
    file.change(keep)
    file.change(keep, (("channels",), {"deploys": "#releases"}))  # nothing of the shop
    assert told(line) == "the fleet file (keep of shop) was loaded"
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.at == NOW + seconds(10)


def test_what_changed_for_the_service_and_there_is_told_together(line: Line, file: Written) -> None:
    file.change(((*SHOP, "owners"), ["@others"]), ((*PRODUCTION, "path"), "/srv/other"))
    assert told(line) == "the fleet file (owners, path of shop) was loaded"


def test_a_fleet_file_from_before_that_cannot_be_read_any_more_leaves_open_what_changed(
    line: Line, file: Written
) -> None:
    with line.db.transaction() as db:
        db.execute("UPDATE fleets SET text = 'version: 0'")
    file.change(((*PRODUCTION, "keep"), 7))
    assert told(line) == "the fleet file (of what, cannot be told) was loaded"


@pytest.mark.parametrize(
    ("story", "deployed"),
    [
        ([("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.SUCCEEDED)], "1.4.2"),
        ([("1.4.1", DeployState.SUCCEEDED), ("1.4.2", DeployState.FAILED)], "1.4.1"),
        ([("1.4.2", DeployState.SUCCEEDED), ("back:1.4.1", DeployState.SUCCEEDED)], None),
        ([("1.4.2", DeployState.FAILED)], None),
    ],
)
def test_it_says_which_release_was_deployed_last(
    line: Line, story: list[tuple[str, DeployState]], deployed: str | None
) -> None:
    past(line, *story)
    change = LastChange(line.db).of(TARGET, LATER)
    assert change is not None
    assert change.deployed == (release(deployed) if deployed else None)
    assert (change.deployed_at is None) is (deployed is None)
