import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bot.errors import DatabaseLocked, HostUnreachable, PointsmanError, RefUnknown
from bot.model import DeployState, HostState, StageState, Step
from bot.records import Deploy
from tests.building import TARGET, a_plan, fleet_of, names, release, texts
from tests.engine.line import Line
from tests.fleet.samples import SOUND
from tests.waiting import eventually


@contextmanager
def locked(line: Line) -> Iterator[None]:
    """Another process writes for long."""
    other = sqlite3.connect(line.db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def stages(line: Line, deploy: Deploy) -> list[tuple[str, str]]:
    return [(stage.name, stage.state.value) for stage in line.view(deploy).stages]


@pytest.mark.parametrize(
    ("method", "stage", "orders"),
    [("survey", "Preflight", []), ("bring", "Batch 1 of 3", [])],
)
def test_trouble_of_the_whole_backend_is_said_as_it_is(
    standing: Line, method: str, stage: str, orders: list[str]
) -> None:
    standing.backend.raises[method].append(PointsmanError("no SSH key: name one in SSH_KEY"))
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason == f"{stage}: no SSH key: name one in SSH_KEY"
    assert standing.orders("deploy-2") == orders
    assert standing.runs() == ["1.4.1"] * 4


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a defect"),
        KeyError("web9"),
        RefUnknown("x", ["y"]),  # does not survive pickle
        HostUnreachable("web1", "gone"),
    ],
)
def test_a_defect_in_preflight_ends_the_deploy_and_says_so(standing: Line, error: Exception) -> None:
    standing.backend.raises["survey"].append(error)
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason.startswith("Preflight: ")
    assert str(error) in deploy.reason
    assert isinstance(standing.begin("1.4.2"), Deploy)  # the place is free again
    standing.ended(3)


def test_a_defect_in_a_later_batch_is_said_there_and_the_changed_hosts_go_back(standing: Line) -> None:
    standing.backend.raises["bring"] += [None, ZeroDivisionError("division by zero")]
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason.startswith("Batch 2 of 3: Pointsman itself failed (ZeroDivisionError: division by zero)")
    assert standing.runs() == ["1.4.1"] * 4
    assert stages(standing, deploy) == [
        ("Preflight", "complete"),
        ("Batch 1 of 3", "complete"),
        ("Batch 2 of 3", "error"),
        ("Batch 3 of 3", "pending"),
        ("Rollback", "complete"),
    ]


def test_a_defect_that_going_back_meets_too_still_ends_the_deploy(standing: Line) -> None:
    standing.backend.raises["bring"] += [None, ZeroDivisionError("once"), ZeroDivisionError("twice")]
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert deploy.reason == "Batch 2 of 3: Pointsman itself failed (ZeroDivisionError: once); its log says where"
    assert stages(standing, deploy)[-1] == ("Rollback", "error")
    assert standing.messages()[f"deploy:{deploy.id}"].endswith(" · 1 host not brought back: web1 · locked")


def test_a_health_gate_that_breaks_ends_the_deploy_too(standing: Line) -> None:
    def breaks(_asks: object) -> None:
        if standing.orders("deploy-2"):
            raise RuntimeError("no more sockets")

    standing.apps.before = breaks
    deploy = standing.deploy("1.4.2")
    assert deploy.reason == "Batch 1 of 3: Pointsman itself failed (RuntimeError: no more sockets); its log says where"
    assert deploy.state is DeployState.FAILED
    shown = "\n".join(texts(standing.blocks("deploy:2")))
    assert "Look at web1 first" in shown


def test_a_database_locked_as_a_host_begins_is_waited_out(standing: Line) -> None:
    """Nothing begins on a host before that is written."""
    web1 = standing.backend.machine("web1")
    with ExitStack() as stack:
        stack.enter_context(web1.lock)
        deploy = standing.begin("1.4.2")
        eventually(lambda: standing.orders(f"deploy-{deploy.id}"), timeout=60)
        with locked(standing):
            stack.close()
            eventually(lambda: standing.backend.broken_off, timeout=60)
            assert len(web1.ran) == 6
    assert standing.ended(deploy.id).state is DeployState.SUCCEEDED
    assert isinstance(standing.backend.broken_off[0], DatabaseLocked)
    assert len(web1.ran) == len(set(web1.ran)) == 12


def test_a_database_locked_while_a_step_runs_is_waited_out(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.INSTALL)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[0].state is HostState.CHANGING, timeout=60)
    ran = standing.backend.machine("web1").ran
    wanted = (Step.RESTART, release("1.4.2").sha)
    with locked(standing):
        gate.set()
        eventually(lambda: wanted in ran, timeout=60)  # the steps that follow do not wait for it
        with pytest.raises(DatabaseLocked):
            standing.journal.refresh()
    ended = standing.ended(deploy.id)
    assert ended.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2"] * 4
    assert len(ran) == len(set(ran))  # and nothing was done twice on the host


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_database_that_is_locked_says_nothing_of_the_hosts(standing: Line, before: int) -> None:
    """In the first batch, in the second one, and while hosts go back."""
    standing.backend.fail("web2", Step.TEST)
    standing.backend.raises["bring"] += [*[None] * before, DatabaseLocked("pointsman.db is locked")]
    deploy = standing.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert deploy.reason == "Batch 2 of 3: web2: test ended with status 1"
    assert standing.runs() == ["1.4.1"] * 4


def test_a_deploy_whose_workflow_ended_without_closing_it_is_closed_at_the_next_start(standing: Line) -> None:
    """As after a database that could not be written for hours."""
    opened = standing.journal.open(a_plan(4, ref="1.4.2"), "U0ANA")
    assert opened is not None
    standing.durable.register("deploy", lambda number: None)  # a workflow that ends and closes nothing
    standing.rollout.start(opened.id)
    eventually(lambda: standing.durable.over("deploy", opened.id))
    standing.rollout.resume()
    ended = standing.ended(opened.id)
    assert ended.state is DeployState.FAILED
    assert ended.reason.startswith("Pointsman: Pointsman itself failed (its workflow ended before the deploy did)")
    assert standing.journal.deploys.running(TARGET) is None


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ([StageState.COMPLETE] * 4, DeployState.SUCCEEDED),
        ([StageState.COMPLETE, StageState.ERROR], DeployState.FAILED),
    ],
)
def test_what_was_written_down_of_it_decides_how_it_is_closed(
    standing: Line, known: list[StageState], state: DeployState
) -> None:
    opened = standing.journal.open(a_plan(4, ref="1.4.2"), "U0ANA")
    assert opened is not None
    for position, each in enumerate(known):
        standing.journal.stages.end(opened.id, position, each, "it broke", standing.clock.now())
    standing.durable.register("deploy", lambda number: None)
    standing.rollout.start(opened.id)
    eventually(lambda: standing.durable.over("deploy", opened.id))
    standing.rollout.resume()
    assert standing.ended(opened.id).state is state
    assert len(stages(standing, opened)) == 4


def test_a_service_that_leaves_the_fleet_file_ends_its_deploy_in_words(standing: Line) -> None:
    opened = standing.journal.open(a_plan(4, ref="1.4.2"), "U0ANA")
    assert opened is not None
    standing.fleet = fleet_of(names(4), (("services",), {"api": SOUND["services"]["shop"]}))
    standing.rollout.resume()
    assert standing.ended(opened.id).reason == "Preflight: shop · production is no longer in the fleet file"
