"""A release is brought up beside the old one, switched to on all hosts at once, and back."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import PointsmanError
from bot.grammar import DeployTo
from bot.model import DeployState, HostState, StageState, Step
from bot.preview import Preview
from bot.records import Deploy
from tests.building import fleet_of, names, release, said, seconds
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

NEW, OLD = release("1.4.2").sha, release("1.4.1").sha
STAGES = ["Preflight", "Bring up beside", "Switch", "Keep the old for 10 min"]
STEPS = {"install": "npm ci", "beside": "app --port 8081 &", "restart": "swap", "retire": "kill old"}


def besides(line: Line, **words: Any) -> None:
    line.fleet = fleet_of(
        names(4),
        ((*PRODUCTION, "strategy"), {"kind": "blue_green", **words}),
        ((*PRODUCTION, "steps"), STEPS),
        ((*PRODUCTION, "health"), {"http": "http://{name}:8080/", "beside": "http://{name}:8081/"}),
    )


@pytest.fixture
def blue(standing: Line) -> Line:
    """1.4.1 stands on four hosts."""
    besides(standing)
    return standing


def stages(line: Line, deploy: Deploy) -> dict[str, str]:
    return {stage.name: stage.detail for stage in line.view(deploy).stages}


def ran(line: Line, host: str) -> list[Step]:
    return [step for step, sha in line.backend.machine(host).ran if sha in (NEW, "")]


def keeping(line: Line, deploy: Deploy) -> bool:
    found = [stage.state for stage in line.view(deploy).stages if stage.name.startswith("Keep")]
    return found == [StageState.IN_PROGRESS]


def test_it_is_made_ready_switched_to_everywhere_at_once_kept_and_retired(blue: Line) -> None:
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert blue.runs() == ["1.4.2"] * 4
    assert list(stages(blue, deploy)) == STAGES
    assert stages(blue, deploy)["Bring up beside"] == "ready on 4 hosts"
    assert stages(blue, deploy)[STAGES[-1]] == "4 hosts stayed healthy · the old one was retired"
    assert blue.backend.brought[-1] == names(4)
    built = [Step.FETCH, Step.UNPACK, Step.INSTALL, Step.BESIDE]
    assert ran(blue, "web1") == [*built, Step.SWITCH, Step.RESTART, Step.RETIRE]
    assert deploy.took(blue.clock.now()) > seconds(600)


def test_nothing_is_switched_where_one_host_fails_beside(blue: Line) -> None:
    blue.backend.fail("web3", Step.BESIDE, tail="address in use")
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason == "Bring up beside: web3: beside ended with status 1"
    assert blue.runs() == ["1.4.1"] * 4
    assert blue.messages()["deploy:2"].endswith("the old release runs on, no host was changed")
    assert blue.orders("deploy-2-back") == []


def test_nothing_is_switched_where_one_is_not_well_beside(blue: Line) -> None:
    blue.apps.sick_places.add("web2:8081")
    deploy = blue.deploy("1.4.2")
    assert deploy.reason == "Bring up beside: web2: beside the old release: answered 503 in 41 ms after 30 s"
    assert blue.runs() == ["1.4.1"] * 4


def test_a_failure_that_is_borne_is_left_out_of_the_switch_and_named(blue: Line) -> None:
    besides(blue, max_failures=1)
    blue.backend.fail("web3", Step.BESIDE)
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert blue.runs() == ["1.4.2", "1.4.2", "1.4.1", "1.4.2"]
    assert blue.messages()["deploy:2"].endswith("done on 3 of 4 hosts · left behind: web3")


def test_one_that_is_not_well_after_the_switch_takes_all_back_at_once(blue: Line) -> None:
    blue.apps.sick_together.add(("web4", NEW))
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == "Switch: web4: answered 503 in 41 ms after 30 s"
    assert blue.backend.brought[-2:] == [names(4), names(4)]
    assert blue.runs() == ["1.4.1"] * 4


def in_the_middle(line: Line, act: Callable[[], object]) -> None:
    """Once, when hosts are asked while the old release is kept."""
    todo = [act]

    def before(_asks: object) -> None:
        last = line.journal.deploys.recent(1)[0]
        if todo and keeping(line, last):
            todo.pop()()

    line.apps.before = before


def test_a_failure_while_the_old_is_kept_switches_all_back_and_builds_nothing(blue: Line) -> None:
    in_the_middle(blue, lambda: blue.apps.sick_together.add(("web2", NEW)))
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == "Keep the old for 10 min: web2: answered 503 in 41 ms"
    assert blue.runs() == ["1.4.1"] * 4
    assert [step for step, sha in blue.backend.machine("web1").ran if sha == OLD][-2:] == [Step.SWITCH, Step.RESTART]
    assert blue.messages()["deploy:2"].endswith("rolled back to 1.4.1 on 4 hosts · locked")


def test_a_button_switches_back_while_the_old_is_kept_and_asks_nothing_more(blue: Line) -> None:
    shown: list[str] = []

    def press() -> None:
        last = blue.journal.deploys.recent(1)[0]
        blue.journal.refresh()
        shown.append(said(blue.blocks(f"deploy:{last.id}")))
        blue.journal.abort(last.id, "U0BEN")

    in_the_middle(blue, press)
    deploy = blue.deploy("1.4.2")
    assert "Switch back to 1.4.1" in shown[0]
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == "Keep the old for 10 min: aborted by <@U0BEN>: switched back, as asked"
    assert blue.runs() == ["1.4.1"] * 4
    assert blue.journal.halts.newest(deploy.id) is None
    assert Step.RETIRE not in ran(blue, "web1")


def test_a_retiring_that_fails_undoes_nothing_and_is_said(blue: Line) -> None:
    blue.backend.fail("web2", Step.RETIRE)
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    told = "4 hosts stayed healthy · not retired: web2: retire ended with status 1"
    assert stages(blue, deploy)[STAGES[-1]] == told


def test_a_backend_in_trouble_after_the_switch_undoes_nothing_either(blue: Line) -> None:
    blue.backend.raises["retire"] = [PointsmanError("the key cannot be read")]
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert stages(blue, deploy)[STAGES[-1]] == "4 hosts stayed healthy · not retired: the key cannot be read"


def test_a_host_lost_beside_is_untouched_and_counts_as_the_fleet_file_says(blue: Line) -> None:
    besides(blue, unreachable="skipped")
    blue.backend.lose("web1", Step.INSTALL)
    deploy = blue.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert {host.host: host.state for host in blue.view(deploy).hosts}["web1"] is HostState.SKIPPED


def test_people_approve_what_stands_beside_before_the_switch(blue: Line) -> None:
    besides(blue, approve=True)
    blue.clock.still = True
    begun = blue.begin("1.4.2")
    question = eventually(lambda: blue.view(begun).approval, timeout=60)
    assert question is not None
    assert [stage.name for stage in blue.view(begun).stages][question.position] == "Approval"
    assert {host.state for host in blue.view(begun).hosts} == {HostState.READY}
    assert blue.runs() == ["1.4.1"] * 4
    blue.clock.still = False
    blue.journal.abort(begun.id, "U0BEN")
    assert blue.ended(begun.id).state is DeployState.FAILED
    assert blue.runs() == ["1.4.1"] * 4


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_stage_that_is_run_again_finds_what_is_so(blue: Line, position: int) -> None:
    seen = blue.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert isinstance(seen, Preview)
    deploy = blue.journal.open(seen.plan, "U0ANA")
    assert deploy is not None
    for number in range(position):
        assert blue.engine.stages.run(deploy.id, number)
    for _ in range(2):
        assert blue.engine.stages.run(deploy.id, position)
    for number in range(position + 1, 4):
        assert blue.engine.stages.run(deploy.id, number)
    once = [step for step in ran(blue, "web1") if step is not Step.RETIRE]
    assert once == [Step.FETCH, Step.UNPACK, Step.INSTALL, Step.BESIDE, Step.SWITCH, Step.RESTART]
    assert blue.runs() == ["1.4.2"] * 4


def test_another_strategy_may_be_asked_for_this_once(standing: Line) -> None:
    begun = standing.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", strategy="blue_green"))
    assert isinstance(begun, Deploy), begun
    deploy = standing.ended(begun.id)
    assert deploy.state is DeployState.SUCCEEDED
    assert list(stages(standing, deploy)) == STAGES
