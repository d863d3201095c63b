"""The process on a host that goes through an order: when it stops, and what it ends."""

import signal
import subprocess
from pathlib import Path

import pytest

from bot.backends.ssh.commands import course, work
from bot.model import Step
from tests.backends.test_ssh_commands import SHA, begin, bring, frame, run, spec
from tests.waiting import eventually


def free(home: Path) -> bool:
    """Whether nobody is at work in the place."""
    return subprocess.run(["flock", "-n", home / "shop/.pointsman/mutex", "true"], check=False).returncode == 0


@pytest.mark.parametrize("ignored", ["", "trap '' PIPE\n"])
def test_an_order_that_nobody_hears_any_more_begins_no_further_step(tmp_path: Path, ignored: str) -> None:
    command = f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done"
    commands = {
        Step.UNPACK: spec(f"mkdir {work.ROOT}/releases/{SHA}"),
        Step.INSTALL: spec(command),
        Step.RESTART: spec("true"),
    }
    assert run(tmp_path, ignored + course.bring(frame(wait=0.1), commands)).has("running")
    assert not free(tmp_path)
    (tmp_path / "go").touch()
    eventually(lambda: free(tmp_path))
    assert (tmp_path / "shop/.pointsman/orders/deploy-1/install.1/exit").read_text() == "0\n"
    assert not (tmp_path / "shop/current").exists()
    assert bring(tmp_path, command).all("step") == ["switch", "restart"]


@pytest.mark.parametrize(("since", "ended"), [(0, True), (1, False)])
def test_only_the_very_process_that_a_step_began_is_ended(tmp_path: Path, since: int, ended: bool) -> None:
    begin(tmp_path)
    other = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        name, _, words = Path(f"/proc/{other.pid}/stat").read_text().rpartition(") ")
        line = words.split()
        line[19] = str(int(line[19]) - since)  # when it began, in ticks
        step = tmp_path / "shop/.pointsman/orders/deploy-1/install.1"
        step.mkdir()
        (step / "pid").write_text(f"{name}) {' '.join(line)}\n")
        assert run(tmp_path, course.stop(frame())).has("halted")
        assert not ended or other.wait(20) == -signal.SIGTERM
        assert (other.poll() is not None) == ended
    finally:
        other.kill()
        other.wait()
