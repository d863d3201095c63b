"""A monitor whose targets and clock are in the test's hands; its database and outbox are real."""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.backends.base import Answer
from bot.engine.echoes import Echoes
from bot.engine.monitor import Monitor
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.engine.quiet import Quiet
from bot.engine.vigil import Vigil
from bot.engine.ways import Ways
from bot.fleet import Fleet
from bot.messages.words import escape
from bot.model import Changed, Content, Probe, Release, Target
from bot.questions import Ask, Question
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from bot.state.silences import Silences
from bot.watch import Silence
from tests.fleet.samples import PRODUCTION, changed, load

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SHOP = Target("shop", "production")
HTTP = "shop/production/http"
GOOD = Probe(True, 0.012, 200)
BAD = Probe(False, 0.041, 503, "answered 503 in 41 ms: no such table")
DEPLOY = Changed("deploy 41 (1.4.1 → 1.4.2) by <@U1> ended", START, Release("b" * 40, "1.4.1"))
EVERY = 10


class HandClock:
    """Moves when it is told to, and when somebody sleeps; while it stands `still`, sleepers look again and again."""

    def __init__(self, now: datetime = START) -> None:
        self.moment = now
        self.still = False

    def now(self) -> datetime:
        return self.moment

    def sleep(self, span: timedelta) -> None:
        if self.still:
            time.sleep(0.005)
        else:
            self.moment += span


class Targets:
    """Fills BackgroundProber: each address answers as `probes` says, at the next collect."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.probes: dict[str, Probe] = {}
        self.default = GOOD
        self.mute: set[str] = set()  # tags that never answer
        self.swept = 0
        self.broken = False
        self.asked: list[tuple[str, Question]] = []
        self._answers: list[Answer] = []

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        return [self.probes.get(ask.url, self.default) for ask in asks]

    def submit(self, asks: Sequence[tuple[str, Question]]) -> None:
        self.asked.extend(asks)
        for tag, ask in asks:
            if tag not in self.mute:
                seen = self.probes.get(ask.url if isinstance(ask, Ask) else str(ask), self.default)
                self._answers.append(Answer(tag, seen, self.clock.now()))

    def answer(self, tag: str, seen: Probe) -> None:
        """What a mute one says in the end."""
        self._answers.append(Answer(tag, seen, self.clock.now()))

    def collect(self) -> list[Answer]:
        self.swept += 1
        if self.broken:
            raise ZeroDivisionError
        found, self._answers = self._answers, []
        return found

    def close(self) -> None: ...

    def forget(self) -> None:
        """What a killed process was still asking."""
        self._answers.clear()


def fleet_with(*checks: dict[str, Any], **entries: Any) -> Fleet:
    """The sample fleet with these checks (every 10 s, down after 3, up after 2), each told by itself."""
    entries = {"alerts": {"group_wait": "0s"}, **entries}
    base = {"http": "https://shop.example.com/healthz", "every": f"{EVERY}s", "timeout": "5s", "action": "rollback"}
    made = [{**base, **check} for check in checks or ({},)]
    return load(changed(((*PRODUCTION, "checks"), made), *(((key,), value) for key, value in entries.items())))


class Idle:
    """Nobody's silences end."""

    def lapse(self) -> None: ...


def quick_database(path: Path) -> Database:
    """One that does not wait long for a lock."""
    return Database(path, busy_timeout=0.05)


class World:
    """`restart` is what kill -9 and a new start leave of it: the file."""

    def __init__(
        self,
        path: Path,
        fleet: Fleet | None = None,
        open_database: Callable[[Path], Database] = quick_database,
        ways: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.known = ways or {}
        self.path = path
        self.open_database = open_database
        self.fleet = fleet or fleet_with()
        self.change: Changed | None = DEPLOY
        self.clock = HandClock()
        self.targets = Targets(self.clock)
        self.db = open_database(path)
        apply_all(self.db)
        self._start()

    def _start(self) -> None:
        self.outbox = Outbox(self.db)
        self.ways = Ways(self.db, self.known)
        self.watch(lambda _target, _first: self.change)

    def watch(self, changes: Callable[[Target, datetime], Changed | None]) -> None:
        """A new monitor over the same database."""
        self.monitor = Monitor(
            self.db, self.outbox, self.targets, lambda: self.fleet, changes, self.clock, "", self.ways
        )
        quiet = Quiet(self.db, lambda: self.fleet)
        notices = Notices(Incidents(self.db), self.outbox, quiet, Echoes(self.db, "", self.ways), "", self.ways)
        outages = Outages(self.db, self.monitor)
        groups = {"shop-team": "S0SHOP"}
        self.vigil = Vigil(self.db, notices, outages, Idle(), lambda: groups, lambda: self.fleet, self.clock)

    def restart(self) -> None:
        self.db.close()
        self.targets.forget()
        self.db = self.open_database(self.path)
        self._start()

    def close(self) -> None:
        self.db.close()

    def run(self, seconds: int) -> None:
        """A sweep each second."""
        for _ in range(seconds):
            self.clock.sleep(timedelta(seconds=1))
            self.monitor.sweep()

    def rounds(self, number: int) -> None:
        self.run(number * EVERY)

    def settle(self) -> None:
        """Long enough for every check to have gone up."""
        self.rounds(3)

    def silence(self, until: datetime) -> None:
        """Nobody is told of the shop."""
        Silences(self.db).begin(Silence("shop", None, "U0ANA", "moving", self.clock.now(), until))

    def fail(self, seen: Probe = BAD) -> None:
        self.targets.default = seen

    def mend(self) -> None:
        self.targets.default = GOOD

    def messages(self) -> dict[str, Content]:
        """Everything that was put for Slack, newest version, by key."""
        with self.db.reading() as db:
            rows = db.query("SELECT key, payload FROM outbox ORDER BY id")
            return {row["key"]: _content(row["payload"]) for row in rows}

    def first_lines(self) -> dict[str, str]:
        return {key: content.text for key, content in self.messages().items()}

    def states(self) -> list[str]:
        """`DOWN` or `UP` of each message, in the order they were put."""
        return [text.split(" · ")[0] for text in self.first_lines().values()]

    def deliver(self) -> None:
        """Slack has everything."""
        with self.db.transaction():
            for row in self.outbox.pending():
                claimed = self.outbox.claim(row, self.clock.now(), self.clock.now())
                assert claimed is not None
                self.outbox.delivered(row, claimed[1], "C1", f"1763679600.{row.id:06d}")

    def blocks(self, key: str) -> str:
        return json.dumps(self.messages()[key].blocks, ensure_ascii=False)

    def says(self, key: str, words: str) -> bool:
        return escape(words) in self.blocks(key)


def _content(payload: str) -> Content:
    found = json.loads(payload)
    return Content(found["text"], tuple(found["blocks"]))
