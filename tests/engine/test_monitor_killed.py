"""A real process with the real prober and job, killed with SIGKILL at moments of chance."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.model import Health
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.schema import apply_all
from tests.backends.targets import Target, running
from tests.fleet.samples import PRODUCTION, changed
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
HTTP = "shop/production/http"
CHILD = """
import sys
from pathlib import Path
from apscheduler.schedulers.blocking import BlockingScheduler
from bot.backends.http import CurlProber
from bot.backends.probers import Probers
from bot.engine.clock import SystemClock
from bot.engine.monitor import Monitor
from bot.fleet import load_fleet
from bot.questions import Ask
from bot.state.database import Database
from bot.state.outbox import Outbox
from jobs import uptime

db = Database(Path(sys.argv[1]))
fleet = load_fleet(sys.argv[2])
scheduler = BlockingScheduler()
probers = Probers({Ask: CurlProber()})
uptime.register(scheduler, Monitor(db, Outbox(db), probers, lambda: fleet, lambda *_: None, SystemClock()))
scheduler.start()
"""


class Bot:
    """A bot that is killed and started again."""

    def __init__(self, path: Path, fleet: str) -> None:
        self._command = [sys.executable, "-c", CHILD, str(path), fleet]
        self.deaths = 0
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self.deaths += 1

    def kill_and_restart(self) -> None:
        self.close()
        self._start()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


def fleet_of(target: Target) -> str:
    check = {"http": target.url("/healthz"), "every": "1s", "timeout": "1s", "action": "rollback"}
    return json.dumps(changed(((*PRODUCTION, "checks"), [{**check, "down_after": 2, "up_after": 2}])))


def health(db: Database) -> Health | None:
    state = Checks(db).states([HTTP]).get(HTTP)
    return state.health if state else None


def torment(bot: Bot, db: Database, wanted: Health, chance: random.Random) -> None:
    """Kills the bot until it has found out all the same; it lives for a second or two, as long as it takes to look."""
    for _ in range(2):
        life = time.monotonic() + chance.uniform(0.5, 2.5)
        eventually(lambda life=life: time.monotonic() > life or health(db) is wanted)  # type: ignore[misc]
        bot.kill_and_restart()
    eventually(lambda: health(db) is wanted)


def test_an_outage_is_told_once_by_a_bot_that_is_killed_all_the_time(db: Database) -> None:
    chance = random.Random(7)
    with running() as target, closing(Bot(db.path, fleet_of(target))) as bot:
        eventually(lambda: health(db) is Health.UP)
        target.well = False
        torment(bot, db, Health.DOWN, chance)
        target.well = True
        torment(bot, db, Health.UP, chance)
    incidents = Incidents(db)
    assert incidents.get(2) is None
    told = incidents.get(1)
    assert told is not None
    assert told.incident.ended_at is not None
    assert told.incident.cause.startswith("answered 503")
    with db.reading() as here:
        assert [row["key"] for row in here.query("SELECT key FROM outbox")] == ["incident:1"]
    assert bot.deaths == 5
