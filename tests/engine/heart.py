"""A monitor over a job that calls the bot; its database and messages are real, the clock is in the test's hands."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.backends.probers import Probers
from bot.engine.beats import BeatBook
from bot.engine.monitor import Monitor
from bot.plan.beats import token_of
from bot.questions import BeatAsk
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from bot.watch import CheckState
from tests.engine.watching import SHOP, HandClock
from tests.fleet.samples import PRODUCTION, changed, load

SECRET = "0123456789abcdef"
BACKUP = "shop/production/backup"
TOKEN = token_of(SECRET, BACKUP)
LOOK = 10  # seconds between two looks


class Heart:
    """`restart` is what kill -9 and a new start leave of it: the file."""

    def __init__(self, path: Path, secret: str | None = SECRET, **keys: Any) -> None:
        check = {"name": "backup", "heartbeat": {"every": "10m", "grace": "1m"}, "action": "runbook", **keys}
        self.fleet = load(changed(((*PRODUCTION, "checks"), [check]), (("alerts",), {"group_wait": "0s"})))
        self.path, self.secret, self.clock = path, secret, HandClock()
        self.start()

    def start(self) -> None:
        self.db = Database(self.path, busy_timeout=0.05)
        apply_all(self.db)
        self.book = BeatBook(self.db, lambda: self.fleet, self.secret, self.clock)
        probers, outbox = Probers({BeatAsk: self.book}), Outbox(self.db)
        self.monitor = Monitor(
            self.db, outbox, probers, lambda: self.fleet, lambda *_: None, self.clock, news=self.book.news
        )

    def restart(self, away: timedelta = timedelta()) -> None:
        self.db.close()
        self.clock.sleep(away)
        self.start()

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.sleep(timedelta(seconds=1))
            self.monitor.sweep()

    def beat(self, ok: bool = True, status: int | None = None, note: str = "", token: str = TOKEN) -> bool:
        return self.book.beat(token, ok, status, note)

    @property
    def state(self) -> CheckState:
        (check,) = self.monitor.overview(SHOP).checks
        return check.state

    def told(self) -> list[str]:
        """`DOWN` or `UP` of each message, in the order they were put."""
        with self.db.reading() as db:
            rows = db.query("SELECT json_extract(payload, '$.text') AS text FROM outbox ORDER BY id")
            return [row["text"].split(" · ")[0] for row in rows]

    def close(self) -> None:
        self.db.close()
