from typing import Any

import pytest

from tests.fleet.samples import changed, only_problem, problems

ANA, BEN, CID = "U024BE7LA", "U024BE7LB", "U024BE7LC"


def access(**words: Any) -> tuple[tuple[str | int, ...], Any]:
    return ("access",), {"production": words}


@pytest.mark.parametrize(
    "words",
    [
        {"approvals": 10},
        {"deploy": [ANA]},
        {"deploy": ["@oncall"], "approvals": 5},
        {"deploy": [ANA], "approve": [ANA, BEN], "approvals": 2},
        {"deploy": [ANA], "approve": [ANA, BEN], "four_eyes": True},
        {"deploy": [ANA, CID], "approve": [ANA], "four_eyes": True},  # cid's deploys can be approved
        {"deploy": ["@oncall"], "approve": [ANA], "four_eyes": True},
        {"approve": [ANA, "@leads"], "approvals": 3},
        {"approve": [ANA], "four_eyes": True},  # everybody may deploy
    ],
)
def test_questions_that_can_be_answered_load(words: dict[str, Any]) -> None:
    assert problems(changed(access(**words))) == ()


@pytest.mark.parametrize(
    ("words", "what", "allowed"),
    [
        ({"approve": [ANA], "approvals": 2}, "can never be reached: 1 may approve", "at most 1"),
        ({"deploy": [ANA, ANA, BEN], "approvals": 3}, "can never be reached: 2 may approve", "at most 2"),
        (
            {"deploy": [ANA, BEN], "approvals": 2, "four_eyes": True},
            "can never be reached: 2 may approve, and nobody approves what they asked for",
            "at most 1",
        ),
        (
            {"deploy": [ANA], "four_eyes": True},
            "can never be reached: 1 may approve, and nobody approves what they asked for",
            "",
        ),
    ],
)
def test_a_question_that_nobody_could_ever_answer_is_named(words: dict[str, Any], what: str, allowed: str) -> None:
    found = only_problem(access(**words))
    assert found.path == "access.production.approvals"
    assert found.what.startswith(what)
    assert found.allowed == allowed
    assert "user group" in found.hint
