"""Where values come from: the environment, the .env file, files named by NAME_FILE."""

import os
from pathlib import Path

import pytest

from bot.settings import around, gather, load_settings
from bot.settings.shape import is_secret, variable_names
from tests.settings.test_load import TOKENS, problems


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("xoxb-from-file\n")
    return path


def test_a_secret_is_read_from_the_file_that_is_named(token_file: Path) -> None:
    environ = {"SLACK_BOT_TOKEN_FILE": str(token_file), "SLACK_APP_TOKEN": "xapp-1"}
    assert load_settings(environ).slack_bot_token.get_secret_value() == "xoxb-from-file"


@pytest.mark.parametrize("name", variable_names())
def test_every_setting_can_be_read_from_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "value"
    path.write_text("some value\n")
    assert gather({f"{name}_FILE": str(path)}).values == {name: "some value"}


def test_a_variable_and_its_file_together_are_a_problem(token_file: Path) -> None:
    (problem,) = problems({**TOKENS, "SLACK_BOT_TOKEN_FILE": str(token_file)})
    assert problem.path == "SLACK_BOT_TOKEN"
    assert problem.what == "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such file"),
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * 70000, "64 KiB"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "level"
    if content is not None:
        path.write_bytes(content)
    (problem,) = problems({**TOKENS, "LOG_LEVEL_FILE": str(path)})
    assert (problem.path, problem.value) == ("LOG_LEVEL_FILE", str(path))
    assert why in problem.hint


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    (problem,) = problems({**TOKENS, "LOG_LEVEL_FILE": str(tmp_path)})
    assert problem.hint == "is a directory"


def test_the_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text('# comment\nSLACK_BOT_TOKEN="xoxb-file"\nexport SLACK_APP_TOKEN=xapp-1\nLOG_LEVEL=ERROR # loud\n')
    settings = load_settings({"SLACK_BOT_TOKEN": "xoxb-environment"}, path)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-environment"
    assert settings.log_level == "ERROR"


def test_an_env_file_that_is_absent_is_no_problem(tmp_path: Path) -> None:
    assert load_settings(TOKENS, tmp_path / ".env").mode == "socket"


def test_an_env_file_that_cannot_be_read_is_one(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"LOG_LEVEL=\xff\n")
    (problem,) = problems(TOKENS, path)
    assert (problem.path, problem.what, problem.hint) == (str(path), "cannot be read", "it is not UTF-8 text")


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_variable_is_an_unset_one(empty: str) -> None:
    assert load_settings({**TOKENS, "LOG_LEVEL": empty, "SSH_KEY": empty}).log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("SLACK_BOTTOKEN", "SLACK_BOT_TOKEN"),
        ("slack_bot_token", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRETS", "SLACK_SIGNING_SECRET"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("COMAND_PREFIX", "COMMAND_PREFIX"),
        ("SSH_KEYFILE", "SSH_KEY_FILE"),
    ],
)
def test_a_misspelt_name_is_told_with_the_one_that_was_meant(name: str, meant: str) -> None:
    environ = {"SLACK_APP_TOKEN": "xapp-1", name: "secret"}
    found = [problem for problem in gather(environ).problems if problem.path == name]
    assert [problem.hint for problem in found] == [f"did you mean {meant}?"]
    assert "secret" not in str(found[0]).replace("SIGNING_SECRET", "")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "PATH", "SSH_AUTH_SOCK", "LOGNAME", "SLACK", "AWS_REGION"])
def test_other_programs_variables_are_left_alone(name: str) -> None:
    assert gather({**TOKENS, name: "x"}).problems == ()


def test_a_near_name_is_let_be_once_the_setting_itself_is_set() -> None:
    assert gather({"DATABASE_URI": "x", "DATABASE_URL": "sqlite:///p.db"}).problems == ()


def test_what_is_secret_is_known_by_name() -> None:
    secret = {name for name in variable_names() if is_secret(name)}
    assert secret == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SSH_KEY",
        "GITHUB_TOKEN",
        "STATUS_TOKEN",
        "HEARTBEAT_SECRET",
        "NOTIFY_URLS",
        "WEBHOOK_TOKEN",
        "CHECK_SECRETS",
    }


def test_nothing_is_written_to_the_environment(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("LOG_LEVEL=ERROR\n")
    load_settings(TOKENS, path)
    assert "LOG_LEVEL" not in os.environ


def test_a_program_that_is_begun_has_this_environment_with_some_words_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    monkeypatch.setenv("KEPT", "as it is")
    found = around({"LC_ALL": "C", "SSH_ASKPASS": ""})
    assert (found["LC_ALL"], found["KEPT"], found["SSH_ASKPASS"]) == ("C", "as it is", "")
    assert os.environ["LC_ALL"] == "es_ES.UTF-8"
