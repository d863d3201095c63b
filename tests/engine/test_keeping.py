"""What is kept for how long."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.keeping import MESSAGES, Keeping
from bot.model import Content, Outgoing
from bot.state.database import Database
from bot.state.dispatches import Dispatches
from bot.state.outbox import Outbox
from bot.state.reports import Reports
from bot.state.schema import apply_all
from tests.engine.watching import HandClock

LONG = MESSAGES + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("delivered", "age", "forgotten"),
    [(True, LONG, 1), (True, timedelta(days=179), 0), (False, LONG, 0)],
    ids=["old and told", "not old yet", "old, and Slack never had it"],
)
def test_only_messages_that_slack_has_and_nobody_changes_are_forgotten(
    tmp_path: Path, delivered: bool, age: timedelta, forgotten: int
) -> None:
    db, clock = Database(tmp_path / "state.db"), HandClock()
    apply_all(db)
    outbox = Outbox(db)
    outbox.put(Outgoing("deploy:1", "#deploys", Content("Deploy 1")), clock.now())
    if delivered:
        outbox.delivered(outbox.pending()[0], 1, "C1", "1.0")
    clock.sleep(age)
    assert Keeping(outbox, Dispatches(db), Reports(db), clock).tidy() == forgotten
    assert (outbox.located("deploy:1") is None) is (forgotten == 1 or not delivered)
    db.close()
