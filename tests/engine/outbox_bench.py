"""A database, a workspace and a deliverer on one clock that is moved by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.engine.outbox import Deliverer, Port
from bot.model import Content, Outgoing
from bot.sandbox.slack.server import Server
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.workspace import HandClock, port_to, standing, workspace

TICK = 0.25  # seconds between two runs, as jobs/deliver.py has it


class Bench:
    def __init__(self, server: Server, db: Database, clock: HandClock) -> None:
        self.server, self.db, self.clock = server, db, clock
        self.outbox = Outbox(db)
        self.port: Port = port_to(server)
        self.restart()

    def restart(self) -> None:
        """A new deliverer that knows only what is in the database."""
        self.deliverer = Deliverer(self.outbox, self.port, self.clock)

    def put(self, key: str, text: str, channel: str = "#deploys", thread: str | None = None, **more: Any) -> None:
        self.outbox.put(Outgoing(key, channel, Content(text, **more), thread), self.clock.now())

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.deliverer.run_once()
            self.clock.forward(TICK)

    def settle(self, most: float = 600) -> None:
        """Until nothing is left to send."""
        waited = 0.0
        while self.outbox.pending():
            assert waited < most, self.outbox.pending()
            self.run(TICK)
            waited += TICK

    def texts(self, channel: str = "deploys", thread: str | None = None) -> list[str]:
        """What the bot's messages say, in the order in which they stand; in a thread without its first."""
        parent = self.outbox.located(thread) if thread else None
        return [message["text"] for message in standing(self.server, channel, parent[1] if parent else None)]

    def refused_calls(self) -> list[str]:
        """Methods that were answered with 429."""
        return [seen.method for seen in self.server.calls() if seen.response.get("error") == "ratelimited"]


@contextmanager
def bench(path: Path) -> Iterator[Bench]:
    clock = HandClock()
    db = Database(path / "state.db")
    apply_all(db)
    with workspace(clock) as server:
        yield Bench(server, db, clock)
    db.close()
