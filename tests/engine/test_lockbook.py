"""What the audit keeps of locks."""

from bot.holds import How
from bot.trail import What
from tests.engine.line import Line
from tests.engine.test_lock_desk import HOUR, lock


def test_the_audit_says_of_each_lock_what_stood_before_and_what_stands_after(line: Line) -> None:
    taken = lock(line, lease=HOUR)
    line.locks.lock("U0ANA", "shop", "production", "a longer load test", 2 * HOUR, "1.4.2")
    line.locks.take_over("U0BEN", str(taken.id), "customers wait", None)
    line.locks.unlock("U0BEN", "shop", "production")
    first, second = (
        f"U0ANA until {(taken.since + HOUR).isoformat()}: load test",
        f"U0ANA until {(taken.since + 2 * HOUR).isoformat()}, for 1.4.2: a longer load test",
    )
    third = f"U0BEN until {(taken.since + 8 * HOUR).isoformat()}: customers wait"
    rows = [row.fields for row in reversed(line.journal.audit.newest(5))]
    assert [(row["what"], row["before"], row["after"]) for row in rows] == [
        (What.LOCK_TAKEN, "", first),
        (What.LOCK_TAKEN, first, second),
        (What.LOCK_ENDED, second, How.TAKEN),
        (What.LOCK_TAKEN_OVER, second, third),
        (What.LOCK_ENDED, third, How.UNLOCKED),
    ]
