"""The bot itself, as `python -m bot run` builds it, asked as a handler asks it.

python -m benchmarks.deploying.whole SCENE
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.deploying.app import INSTALL, RESTART, TEST
from benchmarks.deploying.ledger import BACKEND, Clocks, Ledger
from benchmarks.deploying.race import PUSHED
from benchmarks.deploying.scene import Job, Scene, cpu, jobs, measured
from bot import logs
from bot.app.assembly import Pointsman
from bot.backends.ssh import SshProber
from bot.backends.ssh.parking import Parking
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.records import Deploy
from bot.settings import load_settings
from bot.state.deploys import Deploys
from bot.state.outbox import Outbox

ASKER = "U0BENCH"
LOOK = 0.1  # seconds between two looks whether it has ended; they are counted as the bot's
READING = "cpu"
"""The job that asks all hosts once a minute how busy they are, whatever is deployed: here the same machines are hosts
of eight services, and whichever deploy it falls into would be charged for 720 answers.
"""
IDLE = 2.0  # seconds in which nothing is asked of it, after each deploy


def fleet_text(scene: Scene, health_url: str, paths: Sequence[tuple[str, int]]) -> str:
    """One service for each: (path and name, hosts). Where its name says so, the bot pushes."""
    return json.dumps(
        {
            "version": 1,
            "environments": ["production"],
            "services": {path: _service(scene, health_url, path, hosts) for path, hosts in paths},
        }
    )


def _service(scene: Scene, health_url: str, path: str, hosts: int) -> dict[str, Any]:
    production = {
        "backend": "ssh",
        "hosts": [{"name": name, "address": f"{scene.user}@127.0.0.1:{port}"} for name, port in scene.targets[:hosts]],
        "path": path,
        "deliver": "push" if path.startswith(PUSHED) else "fetch",
        "steps": {"install": INSTALL, "test": TEST, "restart": RESTART},
        "health": {"http": health_url + "/{name}", "successes": 1, "again": "0s"},
        "strategy": {"kind": "all_at_once"},
    }
    return {"repo": scene.repo, "environments": {"production": production}}


class Bot:
    """`hang_up` ends the connections that wait for the next order."""

    def __init__(self, pointsman: Pointsman, hang_up: Callable[[], object]) -> None:
        self._pointsman, self._hang_up = pointsman, hang_up
        self._deploys, self._outbox = Deploys(pointsman.db), Outbox(pointsman.db)

    def deploy(self, job: Job) -> float:
        """Returns once its last message is in Slack and no connection is left, so that the next one begins as one does
        that comes alone; answers how long the deploy itself took, from being asked for.
        """
        begun = time.monotonic()
        asked = self._pointsman.office.deploys.ask(ASKER, DeployTo(job.path, "production", job.sha))
        if not isinstance(asked, Deploy):
            raise RuntimeError(f"refused: {asked}")
        ended = self._wait(asked.id)
        took = time.monotonic() - begun
        if ended.state is not DeployState.SUCCEEDED:
            raise RuntimeError(f"deploy {ended.id} {ended.state}: {ended.reason}")
        while self._outbox.pending():
            time.sleep(LOOK)
        self._hang_up()
        return took

    def idling(self) -> float:
        """Seconds of CPU that a second takes in which nothing is asked."""
        used, begun = cpu(), time.monotonic()
        time.sleep(IDLE)
        return (cpu() - used) / (time.monotonic() - begun)

    def _wait(self, number: int) -> Deploy:
        """Looks at one column: reading whole plans would be counted as the bot's."""
        over = "SELECT 1 FROM deploys WHERE id = ? AND finished_at IS NOT NULL"
        while self._pointsman.db.here.execute(over, [number]).fetchone() is None:
            time.sleep(LOOK)
        found = self._deploys.get(number)
        assert found is not None
        return found


def parking_of(pointsman: Pointsman) -> Parking:
    commands = pointsman.hosts.commands
    assert isinstance(commands, SshProber)
    return commands.connector.parking


def main() -> None:
    scene = Scene.read(Path(sys.argv[1]))
    settings = load_settings(scene.settings)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    ledger = Ledger(Clocks())
    ledger.clocks.watch()
    with Pointsman(settings) as pointsman:
        ledger.follow(pointsman.engine.outside)
        pointsman.start()
        pointsman.scheduler.remove_job(READING)
        bot = Bot(pointsman, ledger.timed(BACKEND, parking_of(pointsman).close))
        for job in jobs():
            measured(partial(bot.deploy, job), ledger.parts, bot.idling)


if __name__ == "__main__":
    main()
