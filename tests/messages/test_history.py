import pytest

from bot.messages.history import deploys_table, history_message
from bot.model import DeployKind, DeployState
from bot.records import Deploy
from tests.building import HOSTILE, NOW, a_deploy, a_plan, problems, rows, said, seconds

HEADER = ["deploy", "release", "environment", "by", "when", "took", "how"]


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (0, "There is no deploy of shop yet. Begin with `/deploy shop@REF to ENV`."),
        (1, "The only deploy of shop so far"),
        (2, "The last 2 deploys of shop, newest first"),
        (10, "The last 10 deploys of shop, newest first"),
    ],
)
def test_the_first_line_says_how_many(number: int, line: str) -> None:
    message = history_message("shop", [a_deploy(number=at) for at in range(number, 0, -1)], NOW)
    assert message.text == line
    assert problems(message) == []


@pytest.mark.parametrize(
    ("deploy", "row"),
    [
        (a_deploy(), ["41", "1.4.2", "production", "U0ANA", "94 s ago", "94 s", "◐ running"]),
        (
            a_deploy(state=DeployState.SUCCEEDED, took=61),
            ["41", "1.4.2", "production", "U0ANA", "94 s ago", "61 s", "✓ done"],
        ),
        (
            a_deploy(a_plan(kind=DeployKind.ROLLBACK, ref="1.4.1"), DeployState.SUCCEEDED),
            ["41 rollback", "1.4.1", "production", "U0ANA", "94 s ago", "60 s", "✓ done"],
        ),
        (
            a_deploy(state=DeployState.ROLLED_BACK, reason="Batch 1 of 3: web1: answered 503"),
            [
                *["41", "1.4.2", "production", "U0ANA", "94 s ago", "60 s"],
                "↩ rolled back at Batch 1 of 3: web1: answered 503",
            ],
        ),
        (
            a_deploy(state=DeployState.FAILED, reason="x" * 500),
            [
                "41",
                "1.4.2",
                "production",
                "U0ANA",
                "94 s ago",
                "60 s",
                "✗ failed at " + "x" * 87 + "… 413 more characters",
            ],
        ),
    ],
)
def test_each_deploy_is_a_row(deploy: Deploy, row: list[str]) -> None:
    table = rows([deploys_table([deploy], NOW + seconds(94))])
    assert table == [HEADER, row]


def test_who_asked_is_a_person_and_not_a_text() -> None:
    table = deploys_table([a_deploy()], NOW)
    cell = table["rows"][1][3]["elements"][0]["elements"][0]
    assert (cell["type"], cell["user_id"]) == ("user", "U0ANA")


def test_the_longest_history_with_the_worst_words_stays_inside_slacks_limits() -> None:
    deploys = [a_deploy(a_plan(ref=HOSTILE * 20), DeployState.FAILED, at, HOSTILE * 40) for at in range(50)]
    message = history_message("shop", deploys, NOW)
    assert problems(message) == []
    assert "<!channel>" not in message.text + said([message.blocks[0]])
