from datetime import UTC, datetime

import pytest

from bot.letters import Dispatch, Letter
from bot.messages.alert import alert
from bot.messages.blocks import actions, button, content, section
from bot.messages.letter import letter, sent, words
from tests.messages.test_alert import DOWN

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mrkdwn", "text"),
    [
        ("*DOWN* · shop · production", "DOWN · shop · production"),
        ("since <!date^1763647331^{time_secs}|14:02:11 UTC>", "since 14:02:11 UTC"),
        ("by <@U0ANA> for <!subteam^S0LEADS>", "by @U0ANA for @S0LEADS"),
        (
            "<https://ci.example.com/1|build> and <https://x.example.com>",
            "build (https://ci.example.com/1) and https://x.example.com",
        ),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("2 * 3 * 4 and a*b*c", "2 * 3 * 4 and a*b*c"),
    ],
)
def test_slacks_marks_become_plain_words(mrkdwn: str, text: str) -> None:
    assert words(mrkdwn) == text


def test_an_alert_keeps_its_first_line_as_title_and_all_that_it_says() -> None:
    found = letter(alert(DOWN))
    assert found.title.startswith("DOWN · shop · production · since 14:02:11 UTC · answered 503")
    assert "What  GET https://shop.example.com/healthz" in found.body
    assert "Changed  " in found.body
    assert "Roll back" not in found.body
    assert found.body.endswith("Runbook: https://wiki.example.com/shop")


def test_buttons_are_left_out_and_a_bare_text_is_its_own_body() -> None:
    shown = content("first", [section("*first*"), actions(button("Restart", "x", "1"))])
    assert letter(shown) == Letter("first", "first")
    assert letter(content("one\ntwo")) == Letter("one", "one\ntwo")


@pytest.mark.parametrize(
    ("attempts", "away", "said"),
    [
        (1, False, []),
        (2, False, ["may have arrived"]),
        (1, True, ["Slack has not taken"]),
        (3, True, ["Slack", "arrived"]),
    ],
)
def test_it_says_why_it_comes_so_and_that_it_may_come_twice(attempts: int, away: bool, said: list[str]) -> None:
    found = sent(Dispatch(1, "incident:1", "mailto", Letter("DOWN", "What"), NOW, attempts, away))
    assert found.title == "DOWN"
    assert found.body.startswith("What")
    assert all(part in found.body for part in said)
    assert ("\n" in found.body) is bool(said)
