"""How a deploy ends: by one step, by the steps of a journal of before, and where ending it breaks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.engine.durable import Durable
from bot.model import DeployState, HostState
from tests.building import fleet_of, names
from tests.engine.line import LISTENING, Line
from tests.engine.test_journal import version
from tests.fleet.samples import PRODUCTION

ENDING = ["late hosts 0", "read again", "close"]


class Told(Durable):
    """Tells the names of the steps that it goes through. `earlier`: as by the version that closed a deploy by a step
    of its own, the look for hosts that joined has found none, and done nothing else.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, LISTENING)
        self.names: list[str] = []
        self.earlier = False

    def step(self, name: str, act: Callable[..., Any], *arguments: object) -> Any:
        self.names.append(name)
        found_none = self.earlier and name == ENDING[0]
        return super().step(name, none if found_none else act, *arguments)


def none(_deploy_id: int) -> list[str]:
    return []


class Telling(Line):
    durable: Told

    def a_durable(self, path: Path) -> Durable:
        return Told(path)


def begun(place: Path) -> Telling:
    """With 1.4.1 on every host; the steps of that are forgotten."""
    line = Telling(place)
    line.launch()
    line.deploy("1.4.1")
    line.durable.names.clear()
    return line


def test_it_ends_by_one_step_that_looks_for_hosts_reads_again_and_closes(tmp_path: Path) -> None:
    line = begun(tmp_path)
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.durable.names[-2:] == ["3 batch", "late hosts 0"]
    line.stop()


def test_a_journal_in_which_closing_is_a_step_of_its_own_is_gone_through_to_its_end(tmp_path: Path) -> None:
    line = begun(tmp_path)
    line.durable.earlier = True
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert line.durable.names[-3:] == ENDING
    assert {host.state for host in line.view(deploy).hosts} == {HostState.HEALTHY}
    assert line.messages()["deploy:2"].endswith("done on 4 hosts")
    line.stop()


def test_what_breaks_at_the_end_undoes_nothing_and_is_tried_once_more(tmp_path: Path) -> None:
    line = begun(tmp_path)
    line.backend.raises["survey"] = [None, ZeroDivisionError("division by zero")]
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.SUCCEEDED
    assert line.durable.names[-3:] == ENDING
    assert line.runs() == ["1.4.2"] * 4
    line.stop()


def test_what_was_ended_before_a_crash_is_not_looked_into_again(tmp_path: Path) -> None:
    line = begun(tmp_path)
    deploy = line.deploy("1.4.2")
    reads = len(line.backend.surveyed)
    assert line.rollout.finish(deploy.id) is None
    assert len(line.backend.surveyed) == reads
    assert line.view(deploy).deploy.finished_at == deploy.finished_at
    assert line.runs() == ["1.4.2"] * 4
    line.stop()


LOOKS = ("opened", "preflight begins", "preflight ends", "batch begins", "hosts have it", "batch ends", "closed")


def test_its_message_is_written_anew_with_each_change_and_what_a_batch_came_to_with_its_end(tmp_path: Path) -> None:
    line = begun(tmp_path)
    line.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "all_at_once"}))
    deploy = line.deploy("1.4.2")
    assert {host.state for host in line.view(deploy).hosts} == {HostState.HEALTHY}
    assert version(line, deploy) == len(LOOKS)
    line.stop()
