from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot.engine.trouble import Trouble
from bot.errors import SlackAway

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AWAY = SlackAway("Slack cannot be reached: connection refused")


def test_the_pauses_grow_to_half_a_minute_and_no_further() -> None:
    trouble, now, pauses = Trouble(), NOW, []
    for _ in range(8):
        trouble.met(AWAY, now)
        pauses.append((trouble.over_at - now).total_seconds())
        now = trouble.over_at
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_the_first_answer_ends_it_and_the_next_trouble_begins_small() -> None:
    trouble = Trouble()
    for _ in range(5):
        trouble.met(AWAY, NOW)
    trouble.none(NOW)
    assert not trouble.on
    assert trouble.over_at < NOW
    trouble.met(AWAY, NOW)
    assert trouble.over_at == NOW + timedelta(seconds=1)


def test_one_line_when_it_begins_and_one_when_it_ends() -> None:
    trouble = Trouble()
    with capture_logs() as said:
        trouble.none(NOW)
        for _ in range(100):
            trouble.met(AWAY, NOW, "look at the network")
        for _ in range(100):
            trouble.none(NOW + timedelta(minutes=62))
    began, ended = said
    assert (began["error"], began["todo"]) == (str(AWAY), "look at the network")
    assert ended["after"] == "1 h 2 min"
