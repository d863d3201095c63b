"""The command line as a person uses it: a process of its own, words on the terminal, an exit code."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import yaml
from click import unstyle

from bot import cli
from bot.cli.report import error_text, problems_text
from bot.errors import ConfigError, DatabaseLocked, Problem
from bot.manifest import manifest
from handlers import COMMANDS
from tests.fleet.samples import PRODUCTION, SHOP, SOUND, changed

ROOT = Path(__file__).parent.parent
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-hunter2", "SLACK_APP_TOKEN": "xapp-1-hunter2"}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a sound fleet file, to run the bot in."""
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(dict(SOUND)))
    return tmp_path


def bot(here: Path, *arguments: str, **variables: str) -> Said:
    """`python -m bot …` in this directory."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_check_says_in_one_line_what_it_understood(here: Path) -> None:
    said = bot(here, "check", **TOKENS)
    assert (said.code, said.err) == (0, "")
    assert said.out == "Settings (Socket Mode) and fleet.yaml are sound: 1 service, 1 deployment, 2 hosts, 1 check.\n"


def test_check_prints_every_problem_of_settings_and_fleet_file_together(here: Path) -> None:
    broken = changed(((*PRODUCTION, "keep"), 0), (("access", "prod"), {}))
    (here / "fleet.yaml").write_text(yaml.safe_dump(broken))
    said = bot(here, "check", LOG_LEVEL="inf", SLACK_BOT_TOKEN="xapp-1-hunter2")
    assert said.code == 1
    assert said.out.startswith("5 problems in settings and fleet file\n")
    for path in (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "LOG_LEVEL",
        "access.prod",
        "services.shop.environments.production.keep",
    ):
        assert f"  {path}: " in said.out
    assert "did you mean INFO?" in said.out
    assert "Traceback" not in said.out + said.err
    assert "hunter2" not in said.out + said.err


def test_check_names_a_way_out_that_cannot_be_used_and_shows_nothing_of_it(here: Path) -> None:
    said = bot(here, "check", NOTIFY_URLS="page=smoke://u:hunter2@hill", **TOKENS)
    assert said.code == 1
    assert "  NOTIFY_URLS: apprise cannot use the entry smoke" in said.out
    assert "hunter2" not in said.out + said.err


def test_check_without_a_fleet_file_says_where_to_begin(tmp_path: Path) -> None:
    said = bot(tmp_path, "check", **TOKENS)
    assert said.code == 1
    assert "fleet.yaml: does not exist" in said.out
    assert "copy fleet.example.yaml" in said.out


def test_check_says_that_metrics_need_a_prometheus(here: Path) -> None:
    metrics = [{"name": "cpu", "prometheus": "cpu{h='{name}'}"}]
    strategy = {"kind": "canary", "bake": "30m", "analysis": {"metrics": metrics}}
    (here / "fleet.yaml").write_text(yaml.safe_dump(changed(((*PRODUCTION, "strategy"), strategy))))
    said = bot(here, "check", **TOKENS)
    assert said.code == 1
    assert "PROMETHEUS_URL: is not set, and shop · production asks Prometheus for cpu" in said.out
    assert bot(here, "check", PROMETHEUS_URL="http://127.0.0.1:9090", **TOKENS).code == 0


def test_check_says_that_ci_would_be_asked_at_the_wrong_place(here: Path) -> None:
    elsewhere = changed(((*SHOP, "repo"), "git@git.example.com:acme/shop.git"), ((*PRODUCTION, "require_checks"), True))
    (here / "fleet.yaml").write_text(yaml.safe_dump(elsewhere))
    said = bot(here, "check", **TOKENS)
    assert said.code == 1
    assert (
        "GITHUB_API_URL: is GitHub's, and shop · production asks CI about a repository on git.example.com" in said.out
    )
    assert bot(here, "check", GITHUB_API_URL="https://git.example.com/api/v1", **TOKENS).code == 0


def test_the_env_file_beside_it_is_read(here: Path) -> None:
    (here / ".env").write_text("".join(f"{name}={value}\n" for name, value in TOKENS.items()))
    assert bot(here, "check").code == 0


def test_another_env_file_can_be_named_and_must_exist(here: Path) -> None:
    (here / "my.env").write_text("".join(f"{name}={value}\n" for name, value in TOKENS.items()))
    assert bot(here, "check", "--env-file", "my.env").code == 0
    said = bot(here, "check", "--env-file", "your.env")
    assert said.code == 2
    assert "your.env does not exist" in said.err


def test_schema_prints_a_json_schema(here: Path) -> None:
    said = bot(here, "schema")
    assert said.code == 0
    assert json.loads(said.out)["properties"]["version"]["const"] == 1


def test_manifest_needs_no_tokens_and_takes_the_prefix(here: Path) -> None:
    said = bot(here, "manifest", COMMAND_PREFIX="acme-")
    assert said.code == 0
    assert yaml.safe_load(said.out) == manifest(COMMANDS, "acme-")


def test_manifest_for_http_mode_wants_an_https_address(here: Path) -> None:
    assert "https://b.example.com/slack/events" in bot(here, "manifest", "--url", "https://b.example.com").out
    said = bot(here, "manifest", "--url", "b.example.com")
    assert said.code == 2
    assert "https://" in said.err


def test_a_prefix_that_slack_would_refuse_is_one_problem(here: Path) -> None:
    said = bot(here, "manifest", COMMAND_PREFIX="Acme!")
    assert said.code == 1
    assert said.err.startswith("1 problem in settings and fleet file\n\n  COMMAND_PREFIX: cannot begin a slash command")
    assert "Traceback" not in said.err


def test_run_refuses_bad_settings_before_anything_else(here: Path) -> None:
    said = bot(here, "run")
    assert said.code == 1
    assert "SLACK_BOT_TOKEN: is not set" in said.err
    assert "Traceback" not in said.err
    assert sorted(path.name for path in here.iterdir()) == ["fleet.yaml"]


@pytest.mark.parametrize("command", cli.edge.COMMANDS)
def test_each_command_says_what_it_does(here: Path, command: str) -> None:
    said = bot(here, command, "--help")
    assert said.code == 0
    assert f"Usage: python -m bot {command}" in said.out


def test_help_lists_every_command(here: Path) -> None:
    said = bot(here, "--help")
    assert said.code == 0
    assert all(f"\n  {command} " in said.out for command in cli.edge.COMMANDS)


def test_an_unknown_command_is_refused(here: Path) -> None:
    said = bot(here, "deploy")
    assert said.code == 2
    assert "No such command 'deploy'" in said.err


def test_main_returns_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Pointsman fleet file"
    assert cli.main(["nonsense"]) == 2


def test_one_problem_is_counted_as_one() -> None:
    text = unstyle(
        problems_text([Problem("LOG_LEVEL", "is not one of them", "inf", "DEBUG, INFO", "did you mean INFO?")])
    )
    assert text.splitlines() == [
        "1 problem in settings and fleet file",
        "",
        "  LOG_LEVEL: is not one of them",
        "    got      inf",
        "    allowed  DEBUG, INFO",
        "    hint     did you mean INFO?",
    ]


def test_any_other_error_is_one_clear_line() -> None:
    assert unstyle(error_text(DatabaseLocked("pointsman.db is locked"))) == "Error: pointsman.db is locked"
    assert unstyle(error_text(DatabaseLocked())) == "Error: DatabaseLocked"
    assert error_text(ConfigError([Problem("", "is empty")])).endswith("\n\n  is empty")


@click.group()
def failing() -> None: ...


@failing.command()
def known() -> None:
    raise DatabaseLocked("pointsman.db is locked; end the other bot")


@failing.command()
def unforeseen() -> None:
    raise ZeroDivisionError("division by zero")


@failing.command()
def interrupted() -> None:
    raise KeyboardInterrupt


def test_an_error_of_ours_is_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["known"], failing) == 1
    assert capsys.readouterr().err == "Error: pointsman.db is locked; end the other bot\n"


def test_an_error_that_nobody_foresaw_is_logged_with_its_traceback_and_told_in_one_line(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert cli.main(["unforeseen"], failing) == 1
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("Error: ZeroDivisionError: division by zero. This is a bug")
    )
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_ctrl_c_ends_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["interrupted"], failing) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_check_says_which_secret_of_a_header_nobody_has(here: Path) -> None:
    check = {"http": "https://a.test/", "action": "rollback", "headers": {"X-Key": "${SHOP_TOKEN}"}}
    (here / "fleet.yaml").write_text(yaml.safe_dump(changed(((*PRODUCTION, "checks"), [check]))))
    said = bot(here, "check", **TOKENS)
    assert said.code == 1
    assert "CHECK_SECRETS: does not hold SHOP_TOKEN, and a check of shop · production sends it" in said.out
    assert bot(here, "check", CHECK_SECRETS="SHOP_TOKEN=hunter2hunter2", **TOKENS).code == 0


def test_check_names_a_way_that_outages_go_to_and_notify_urls_lacks(here: Path) -> None:
    steps = [{"after": "1h", "way": "leads"}, {"after": "2h", "way": "mailto"}]
    (here / "fleet.yaml").write_text(yaml.safe_dump(changed((("alerts",), {"escalate": steps}))))
    said = bot(here, "check", NOTIFY_URLS="page=mailto://bot:hunter2@mail.example.com", **TOKENS)
    assert said.code == 1
    assert "NOTIFY_URLS: has no way called leads, and outages that nobody acknowledges go there" in said.out
    assert "called mailto" not in said.out
    assert bot(here, "check", NOTIFY_URLS="leads=mailto://bot:hunter2@mail.example.com", **TOKENS).code == 0
