"""kill -9 while a step runs on a real host: it goes on there, is found again by the next process, and runs once."""

from pathlib import Path

import pytest

from bot.sandbox.shop import STEPS
from tests.scenarios.test_approval_story import loaded
from tests.scenarios.test_ci_story import sha
from tests.scenarios.test_crash import attempts, operations
from tests.scenarios.world import LONG, World, world
from tests.waiting import eventually


class Gates:
    """Every step says that it has begun, and on which host, then waits until its gate is open."""

    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir()

    def before(self, step: str, command: str) -> str:
        gate = f"{self._place}/{step}-$POINTSMAN_RELEASE"
        waits = f'while [ ! -e "{gate}.open" ]; do sleep 0.1; done'
        return f'echo "$POINTSMAN_HOST" >> "{gate}.begun"\n{waits}\n{command}'

    def begun(self, step: str, release: str) -> list[str]:
        """The hosts on which it has begun, once for each time."""
        noted = self._place / f"{step}-{release}.begun"
        return noted.read_text().split() if noted.exists() else []

    def open(self, step: str, release: str) -> None:
        (self._place / f"{step}-{release}.open").touch()


@pytest.fixture
def gates(tmp_path: Path) -> Gates:
    return Gates(tmp_path / "gates")


def stand(line: World, gates: Gates, deliver: str = "fetch") -> None:
    """1.0.0 stands; from now on every step waits at its gate."""
    line.begin()
    line.deploy("1.0.0")
    before = loaded(line)
    line.change_fleet(deliver=deliver, steps={step: gates.before(step, command) for step, command in STEPS.items()})
    eventually(lambda: loaded(line) > before, timeout=LONG)


def ask(line: World, ref: str) -> None:
    line.slack.command("ana", "/deploy", f"shop@{ref} to production")


def die_inside(line: World, gates: Gates, step: str, release: str, ends_meanwhile: bool) -> None:
    """`ends_meanwhile`: the step comes to its end while no bot runs; else it still runs when the next one comes."""
    eventually(lambda: gates.begun(step, release), timeout=LONG)
    line.bot.kill()
    if ends_meanwhile:
        gates.open(step, release)
    line.begin()
    gates.open(step, release)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("ends_meanwhile", "deliver"), [(True, "fetch"), (False, "fetch"), (False, "push")])
def test_a_kill_inside_each_step_of_the_first_host_repeats_none_and_loses_none(
    tmp_path: Path, gates: Gates, ends_meanwhile: bool, deliver: str
) -> None:
    with world(tmp_path / "line") as line:
        stand(line, gates, deliver)
        new = sha(line, "1.1.0")
        ask(line, "1.1.0")
        for step in STEPS:
            die_inside(line, gates, step, new, ends_meanwhile)
        assert line.ended(1) == "✓ Deploy 2 · shop 1.1.0 → production done on 4 hosts"
        assert line.releases() == ["1.1.0"] * 4
        assert line.apps() == ["running"] * 4
        for step in STEPS:
            assert sorted(gates.begun(step, new)) == [host.name for host in line.site.hosts], step
        assert not [name for name in attempts(line, "deploy-2") if not name.endswith(".1")]
        assert set(operations(line, "deploys").values()) == {1}


@pytest.mark.timeout(300)
def test_a_kill_inside_the_way_back_leaves_it_to_the_next_process(tmp_path: Path, gates: Gates) -> None:
    """1.2.0 reads a table that is not there: it never becomes healthy."""
    with world(tmp_path / "line") as line:
        stand(line, gates)
        old, new = sha(line, "1.0.0"), sha(line, "1.2.0")
        for step in STEPS:
            gates.open(step, new)
        ask(line, "1.2.0")
        die_inside(line, gates, "restart", old, ends_meanwhile=False)
        assert line.ended(1).endswith("rolled back to 1.0.0 on 1 host · locked")
        assert line.releases() == ["1.0.0"] * 4
        assert line.apps() == ["running"] * 4
        assert gates.begun("restart", old) == ["web1"]
        assert set(operations(line, "deploys").values()) == {1}
