"""The bot itself, as `python -m bot run` builds it, asked as a handler asks it.

python -m benchmarks.deploying.whole SCENE
"""

import json
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.deploying.app import INSTALL, RESTART, TEST
from benchmarks.deploying.ledger import Clocks, Ledger
from benchmarks.deploying.race import PUSHED
from benchmarks.deploying.scene import Job, Scene, jobs, measured
from bot import logs
from bot.app.assembly import Pointsman
from bot.grammar import DeployTo
from bot.model import DeployState
from bot.records import Deploy
from bot.settings import load_settings
from bot.state.deploys import Deploys
from bot.state.outbox import Outbox

ASKER = "U0BENCH"
LOOK = 0.1  # seconds between two looks whether it has ended; they are counted as the bot's


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
    def __init__(self, pointsman: Pointsman) -> None:
        self._pointsman = pointsman
        self._deploys, self._outbox = Deploys(pointsman.db), Outbox(pointsman.db)

    def deploy(self, job: Job) -> float:
        """Returns once its last message is in Slack; answers how long the deploy itself took, from being asked for."""
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
        return took

    def _wait(self, number: int) -> Deploy:
        """Looks at one column: reading whole plans would be counted as the bot's."""
        over = "SELECT 1 FROM deploys WHERE id = ? AND finished_at IS NOT NULL"
        while self._pointsman.db.here.execute(over, [number]).fetchone() is None:
            time.sleep(LOOK)
        found = self._deploys.get(number)
        assert found is not None
        return found


def main() -> None:
    scene = Scene.read(Path(sys.argv[1]))
    settings = load_settings(scene.settings)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    ledger = Ledger(Clocks())
    ledger.clocks.watch()
    with Pointsman(settings) as pointsman:
        ledger.follow(pointsman.engine.outside)
        pointsman.start()
        bot = Bot(pointsman)
        for job in jobs():
            measured(partial(bot.deploy, job), ledger.parts)


if __name__ == "__main__":
    main()
