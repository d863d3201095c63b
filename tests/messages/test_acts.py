import pytest

from bot.messages.acts import act_name, begun_words, called, ended_words, said_message
from bot.records import Act
from tests.building import HOSTILE, NOW, TARGET, names, problems, said

RESTART = Act(3, TARGET, ("web1", "web2"), 7, "U0CID", NOW)
STEP = Act(4, TARGET, ("web1",), 7, "U0CID", NOW, step="flush-cache")


@pytest.mark.parametrize(
    ("act", "name", "briefly", "begun"),
    [
        (RESTART, "a restart of web1, web2", "the restart", "restarting web1, web2"),
        (STEP, "flush-cache on web1", "flush-cache", "running flush-cache on web1"),
    ],
)
def test_an_act_is_named(act: Act, name: str, briefly: str, begun: str) -> None:
    assert (act_name(act), called(act), begun_words(act)) == (name, briefly, begun)


@pytest.mark.parametrize(
    ("act", "done", "failed", "words"),
    [
        (RESTART, ["web1", "web2"], [], "restarted web1, web2"),
        (STEP, ["web1"], [], "ran flush-cache on web1"),
        (RESTART, ["web1"], [("web2", "a <b>")], "restarted web1; the restart failed on web2: a &lt;b&gt;"),
        (STEP, [], [("web1", "why")], "flush-cache failed on web1: why"),
        (STEP, [], [], ""),
    ],
)
def test_its_end_says_where_it_went_well_and_where_not(
    act: Act, done: list[str], failed: list[tuple[str, str]], words: str
) -> None:
    assert ended_words(act, done, failed) == words


def test_what_was_said_is_shown_as_it_was_and_inside_slacks_limits() -> None:
    message = said_message(STEP, [("web1", "flushed 3 pages\n"), ("web2", HOSTILE)])
    assert message.text == "flush-cache on web1 said"
    assert said_message(RESTART, [("web2", "x")]).text == "A restart of web1, web2 said"
    assert "flushed 3 pages" in said(message.blocks)
    assert "<!channel>" not in said(message.blocks)
    many = said_message(STEP, [(host, "&" * 9000) for host in names(200)])
    assert problems(many) == []
    assert "and 196 more hosts" in said(many.blocks)
    assert "and 1 more host" in said(said_message(RESTART, [(f"web{number}", "well") for number in range(5)]).blocks)
