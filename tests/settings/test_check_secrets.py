"""CHECK_SECRETS: read line by line, and never shown."""

from pathlib import Path

import pytest

from tests.settings.test_load import load, only_problem

TOKEN = "hunter2hunter2=="


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"SHOP_TOKEN={TOKEN}", {"SHOP_TOKEN": TOKEN}),
        (f"# of the shop\nA={TOKEN}\n\n  B2=Basic a:b c\n", {"A": TOKEN, "B2": "Basic a:b c"}),
        ("# none yet", {}),
    ],
)
def test_each_line_is_a_secret_with_its_name(text: str, found: dict[str, str]) -> None:
    assert load(CHECK_SECRETS=text).header_secrets == found


def test_nothing_set_is_no_secret() -> None:
    assert load().header_secrets == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TOKEN.replace("=", ""), "line 1 is not a secret with its name"),
        (f"A={TOKEN}\nshop={TOKEN}", "line 2 is not a secret with its name"),
        (f"={TOKEN}", "line 1 is not a secret with its name"),
        (f"A={TOKEN}\nA={TOKEN}", "line 2 names A a second time"),
        ("A=short", "A in line 1 cannot be sent"),
        ("A=hunter2\x07hunter2", "A in line 1 cannot be sent"),
        ("A=", "A in line 1 cannot be sent"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_its_line_and_not_shown(text: str, what: str) -> None:
    problem = only_problem(CHECK_SECRETS=text)
    assert (problem.path, problem.value) == ("CHECK_SECRETS", "")
    assert problem.what == what
    assert problem.allowed
    assert "hunter2" not in str(problem)


def test_no_line_end_can_get_into_a_header() -> None:
    assert load(CHECK_SECRETS=f"A={TOKEN}\r\nB={TOKEN}\r\n").header_secrets == {"A": TOKEN, "B": TOKEN}


def test_secrets_are_neither_printed_nor_logged() -> None:
    settings = load(CHECK_SECRETS=f"A={TOKEN}")
    assert TOKEN in settings.secrets()
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_a_file_may_hold_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"A={TOKEN}\n")
    assert load(CHECK_SECRETS_FILE=str(file)).header_secrets == {"A": TOKEN}
