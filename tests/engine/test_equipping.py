"""New instances get the release that stands, and pass the health gate, before they are sent requests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import PointsmanError
from bot.model import Step
from bot.scales import Stand
from tests.building import release
from tests.engine.scaled import EC2, ScaledLine, scaled_on


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four instances that are made from a launch template, with 1.4.1 on each."""
    with scaled_on(tmp_path, pool=EC2) as made:
        made.deploy("1.4.1")
        yield made


def test_a_new_instance_runs_the_release_that_stands(scaled: ScaledLine) -> None:
    act = scaled.scale("+2")
    assert (act.stand, act.well) == (Stand.DONE, 6)
    assert scaled.runs() == ["1.4.1"] * 6
    assert scaled.orders(act.order) == ["m-5", "m-6"]
    assert scaled.apps.asked["m-5"] > 0  # the health gate


def test_one_that_cannot_be_reached_yet_is_tried_again(scaled: ScaledLine) -> None:
    machine = scaled.backend.machine("m-5")
    machine.reachable, machine.trouble = False, "m-5: no connection"
    looks = 0

    def starting() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            machine.reachable, machine.trouble = True, ""

    scaled.backend.before_survey = starting
    assert scaled.scale("+1").stand is Stand.DONE
    assert looks >= 3
    assert scaled.backend.machine("m-5").current == release("1.4.1").sha


def test_where_the_release_cannot_be_brought_the_others_serve_and_it_is_said(scaled: ScaledLine) -> None:
    scaled.backend.fail("m-6", Step.INSTALL, status=7)
    act = scaled.scale("+2")
    assert (act.stand, act.reached, act.well) == (Stand.SHORT, 6, 5)
    assert act.result.startswith("5 of 6 healthy after ")
    assert "m-6: install ended with status 7" in act.result


def test_one_that_is_not_well_is_sent_no_requests(scaled: ScaledLine) -> None:
    scaled.apps.sick.add("m-5")
    act = scaled.scale("+1")
    assert (act.stand, act.well) == (Stand.SHORT, 4)
    assert "m-5: " in act.result
    assert "503" in act.result


def test_during_a_deploy_it_serves_with_what_stands_and_is_brought_along(scaled: ScaledLine) -> None:
    gate = scaled.backend.hang("m-1", Step.INSTALL)
    deploy = scaled.begin("1.4.2")
    assert scaled.scale("+1").stand is Stand.DONE
    assert scaled.backend.machine("m-5").current == release("1.4.1").sha
    gate.set()
    assert scaled.ended(deploy.id).reason == ""
    assert scaled.runs() == ["1.4.2"] * 5


def test_where_nothing_was_ever_deployed_nothing_is_brought(tmp_path: Path) -> None:
    with scaled_on(tmp_path, pool=EC2) as line:
        assert line.scale("+1").stand is Stand.DONE
        assert line.backend.orders == []


def test_trouble_of_the_whole_backend_ends_the_act_in_words(scaled: ScaledLine) -> None:
    scaled.backend.raises["bring"].append(PointsmanError("no SSH key: name one in SSH_KEY"))
    act = scaled.scale("+1")
    assert act.stand is Stand.SHORT
    assert "no SSH key" in act.result
