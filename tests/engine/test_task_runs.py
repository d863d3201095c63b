"""Commands that ECS runs once, over moto's server: begun once, followed, stopped, and told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.backends.ecs import EcsServices
from bot.backends.ecs_tasks import EcsTasks
from bot.backends.registries import Registries
from bot.managed import TaskRun
from bot.refusals import Reason, Refusal
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import REGION, EcsPlace
from tests.engine.handed import managed_fleet
from tests.engine.line import Line
from tests.waiting import eventually

NUMBERS = iter(range(1, 1000))
TASKS: dict[str, Any] = {
    "migrate": {"command": ["manage", "migrate"]},
    "broken": {"command": ["exit", "3"]},
    "endless": {"command": ["sleep", "9999"], "timeout": "1m"},
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


class OnEcs(Line):
    def __init__(self, directory: Path, place: EcsPlace) -> None:
        self.place = place
        known = {"cluster": place.cluster, "service": "shop", "container": "web", "image": place.image, "tasks": TASKS}
        super().__init__(directory, managed_fleet(ecs=known))

    def start(self) -> None:
        self.systems = {"ecs": EcsServices(self.place.sessions, Registries(self.place.sessions))}
        self.runners = {"ecs": EcsTasks(self.place.sessions)}
        super().start()

    def run(self, task: str, user: str = "U0ANA") -> TaskRun:
        asked = self.engine.tasks.ask(user, "shop", task, "production")
        assert isinstance(asked, TaskRun), asked
        return self.run_ended(asked.id)

    def run_ended(self, number: int) -> TaskRun:
        def end() -> TaskRun | None:
            found = self.engine.task_work.rows.get(number)
            return found if found and found.finished_at else None

        found = eventually(end, timeout=60)
        assert found is not None
        return found


@pytest.fixture
def line(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnEcs]:
    reach(monkeypatch, aws, REGION)
    place = EcsPlace(f"tasks{next(NUMBERS)}", container="web")
    made = OnEcs(tmp_path, place)
    made.launch()
    yield made
    made.stop()
    place.close()


def test_a_command_runs_once_in_what_stands_and_its_end_is_told(line: OnEcs) -> None:
    run = line.run("migrate")
    assert (run.ok, run.result) == (True, "ended with 0")
    assert line.messages()[f"task:{run.id}"].startswith("✓ Task 1 · migrate of shop in production done: ended with 0")
    (task,) = line.place.tasks()
    assert task["startedBy"] == run.order
    assert task["overrides"]["containerOverrides"] == [{"name": "web", "command": ["manage", "migrate"]}]
    assert task["taskDefinitionArn"] == line.place.service()["taskDefinition"]


def test_a_command_that_fails_is_told_with_its_exit_code(line: OnEcs) -> None:
    run = line.run("broken")
    assert not run.ok
    assert run.result == "web: exit code 3; Essential container in task exited"
    assert "✗ Task 1" in line.messages()[f"task:{run.id}"]


def test_a_command_that_takes_too_long_is_stopped(line: OnEcs) -> None:
    run = line.run("endless")
    assert not run.ok
    assert "stopped after its time" in run.result


def test_the_same_order_twice_is_the_same_task(line: OnEcs) -> None:
    runner, site = EcsTasks(line.place.sessions), line.sites.place(line.fleet.targets()[0]).managed
    assert site is not None
    assert runner.start(site, "task-9", "migrate") == runner.start(site, "task-9", "migrate")
    assert len(line.place.tasks()) == 1


def test_a_task_that_the_fleet_file_does_not_have_is_refused_with_those_it_has(line: OnEcs) -> None:
    answer = line.engine.tasks.ask("U0ANA", "shop", "migrat", "production")
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.near) == (Reason.UNKNOWN_TASK, ("migrate",))


def test_while_one_runs_the_same_is_refused(line: OnEcs) -> None:
    row = line.engine.task_work.rows.begin(line.fleet.targets()[0], "migrate", "U0BEN", line.clock.now())
    assert row is not None
    answer = line.engine.tasks.ask("U0ANA", "shop", "migrate", None)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.OVER
    line.engine.task_work.resume()
    assert line.run_ended(row.id).ok


def test_what_was_written_down_before_a_crash_is_run_by_the_next_process(line: OnEcs) -> None:
    row = line.engine.task_work.rows.begin(line.fleet.targets()[0], "migrate", "U0ANA", line.clock.now())
    assert row is not None
    line.stop()
    line.start()
    line.launch()
    assert line.run_ended(row.id).ok
    assert len(line.place.tasks()) == 1
