"""One machine is replaced by command: what begins, what it comes to, and what is refused."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.capacity import EcsPool
from bot.errors import CloudDenied
from bot.messages.scaling import asking_message, began_message, cancelled_message
from bot.model import Step
from bot.refusals import Reason, Refusal
from bot.scales import Scaling, Stand
from bot.trail import What
from tests.building import TARGET, said
from tests.engine.scaled import ASG, EC2, HERE, RULES, ScaledLine, scaled_on

CONFIRM = ((("access",), {"production": {"confirm": True}}),)


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four machines of an Auto Scaling group, without a word of `scale` in the fleet file."""
    with scaled_on(tmp_path, None) as made:
        yield made


def ask(line: ScaledLine, host: str = "m-2", user: str = "U0ANA") -> Scaling | Refusal:
    return line.scaling.replacing.ask(user, "shop", "production", host)


def begun(line: ScaledLine, host: str = "m-2") -> Scaling:
    found = ask(line, host)
    assert isinstance(found, Scaling), found
    return found


def refused(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize("pool", [ASG, EC2])
def test_that_machine_goes_and_a_new_one_takes_its_place(tmp_path: Path, pool: object) -> None:
    with scaled_on(tmp_path, None, pool=pool) as line:
        act = line.scale_ended(begun(line).id)
        assert (act.stand, act.before, act.after, act.leave) == (Stand.DONE, 4, 4, ("m-2",))
        assert "m-2" not in line.staying()
        assert {"m-1", "m-3", "m-4"} < set(line.staying())
        assert len(line.staying()) == 4


def test_its_message_says_who_asked_and_how_it_goes(scaled: ScaledLine) -> None:
    act = scaled.scale_ended(begun(scaled).id)
    assert scaled.messages()[f"scale:{act.id}"] == "shop · production m-2 is replaced · asked by <@U0ANA>"
    words = said(scaled.blocks(f"scale:{act.id}"))
    assert "4 of 4 healthy after" in words
    assert "Undo" not in words
    rows = [row.fields for row in scaled.journal.audit.newest(2)]
    assert [row["what"] for row in rows] == [What.SCALE_ENDED, What.SCALE_BEGUN]
    assert rows[1]["subject"] == f"scale {act.id}: m-2 is replaced"


def test_the_rules_go_on_deciding_and_see_no_change_of_the_number(tmp_path: Path) -> None:
    with scaled_on(tmp_path, RULES) as line:
        act = line.scale_ended(begun(line).id)
        assert line.scaling.book.grips.of(act.target) is None
        assert line.scaling.book.rows.all_changes(act.created_at - timedelta(days=1)) == {}


def test_where_the_fleet_file_asks_for_it_nothing_moves_before_the_click(tmp_path: Path) -> None:
    with scaled_on(tmp_path, None, changes=CONFIRM) as line:
        asked = begun(line)
        assert asked.stand is Stand.PROPOSED
        assert line.pools.acts == []
        clicked = line.scaling.replacing.confirm("U0ANA", str(asked.id))
        assert isinstance(clicked, Scaling)
        assert line.scale_ended(clicked.id).stand is Stand.DONE
        again = refused(line.scaling.replacing.confirm("U0ANA", str(asked.id)))
        assert again.reason is Reason.OVER
        assert line.launched() <= 1


def test_a_click_counts_for_who_asked_in_time_and_while_that_machine_is_there(tmp_path: Path) -> None:
    with scaled_on(tmp_path, None, changes=CONFIRM) as line:
        asked = begun(line)
        assert refused(line.scaling.replacing.confirm("U0BEN", str(asked.id))).reason is Reason.NOT_YOURS
        line.pools.kill(line.pool, "m-2")
        assert refused(line.scaling.replacing.confirm("U0ANA", str(asked.id))).reason is Reason.UNKNOWN_HOST
        line.clock.sleep(timedelta(minutes=11))
        assert refused(line.scaling.replacing.confirm("U0ANA", str(asked.id))).reason is Reason.STALE


def test_a_machine_that_is_not_there_is_refused_with_those_that_are_near(scaled: ScaledLine) -> None:
    no = refused(ask(scaled, "m-22"))
    assert (no.reason, no.name) == (Reason.UNKNOWN_HOST, "m-22")
    assert "m-2" in no.near
    assert no.known == ("m-1", "m-2", "m-3", "m-4")


def test_one_that_the_cloud_protects_stays(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).shielded.add("m-2")
    no = refused(ask(scaled))
    assert (no.reason, no.detail) == (Reason.NONE_MAY_GO, "m-2 is protected from being ended")
    assert scaled.pools.acts == []


def test_during_a_deploy_none_is_replaced(scaled: ScaledLine) -> None:
    gate = scaled.backend.hang("m-1", Step.INSTALL)
    deploy = scaled.begin("1.4.2")
    no = refused(ask(scaled))
    assert no.reason is Reason.BUSY
    assert no.deploy is not None
    assert no.deploy.id == deploy.id
    gate.set()
    scaled.ended(deploy.id)


def test_while_one_is_replaced_no_deploy_begins(scaled: ScaledLine) -> None:
    row = scaled.scaling.book.begin(Scaling(TARGET, 4, 4, "U0BEN", scaled.clock.now(), ("m-4",)))
    no = refused(scaled.ask("1.4.2"))
    assert (no.reason, no.scale) == (Reason.BUSY, row)
    scaled.scaling.runs.resume()
    assert row is not None
    scaled.scale_ended(row.id)
    scaled.deploy("1.4.2")


def test_while_one_is_replaced_no_other_is(scaled: ScaledLine) -> None:
    scaled.pools.of(scaled.pool).sick.update(f"m-{number}" for number in range(5, 50))
    first = begun(scaled)
    no = refused(ask(scaled, "m-3"))
    assert (no.reason, no.scale.id if no.scale else 0) == (Reason.BUSY, first.id)


def test_tasks_of_ecs_are_left_to_ecs(tmp_path: Path) -> None:
    with scaled_on(tmp_path, None, pool=EcsPool("main", "shop", HERE)) as line:
        no = refused(ask(line, next(iter(line.pools.of(line.pool).machines))))
        assert (no.reason, no.detail) == (Reason.NOT_SCALED, "ECS replaces its tasks by itself")


def test_hosts_that_nobody_says_how_to_make_are_not_replaced(scaled: ScaledLine) -> None:
    scaled.known = False
    assert refused(ask(scaled)).reason is Reason.NOT_SCALED


def test_a_cloud_that_cannot_be_read_is_said(scaled: ScaledLine) -> None:
    scaled.pools.trouble = CloudDenied("autoscaling:DescribeAutoScalingGroups", "no policy allows it")
    assert refused(ask(scaled)).reason is Reason.POOL_UNREAD


def test_whoever_may_not_deploy_may_not_replace(tmp_path: Path) -> None:
    access = ((("access",), {"production": {"deploy": ["@oncall"]}}),)
    with scaled_on(tmp_path, None, changes=access) as line:
        assert refused(ask(line, user="U0EVE")).reason is Reason.FORBIDDEN


def test_what_people_are_shown_names_the_machine(scaled: ScaledLine) -> None:
    act = begun(scaled)
    for message in (
        began_message(act, "#deploys"),
        asking_message(act, timedelta(minutes=10)),
        cancelled_message(act),
    ):
        assert "m-2" in message.text
    scaled.scale_ended(act.id)
