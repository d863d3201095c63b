from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.reports import Heard
from bot.state.database import Database
from bot.state.reports import Reports
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
SAID = Heard(NOW - timedelta(minutes=5), NOW, NOW)


def test_what_was_heard_is_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    reports = Reports(db)
    assert reports.heard("a") == Heard()
    reports.save("a", "Alertmanager", Heard(NOW), NOW)
    assert reports.heard("a") == Heard(NOW, None, NOW)
    reports.save("a", "Alertmanager", SAID, NOW)
    reports.save("b", "CloudWatch", Heard(NOW), NOW + timedelta(days=1))
    assert reports.heard("a") == SAID
    assert reports.spoke(["a", "b", "c"]) == {"a": NOW, "b": NOW + timedelta(days=1)}
    assert reports.prune(NOW + timedelta(hours=1)) == 1
    assert (reports.heard("a"), reports.heard("b").fired_at) == (Heard(), NOW)
    db.close()
