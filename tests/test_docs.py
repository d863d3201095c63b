"""What is written for people, compared with the code: neither can fall behind."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.cli.edge import COMMANDS as CLI_COMMANDS
from bot.cli.edge import cli
from bot.fleet import load_fleet, load_fleet_file, schema
from bot.manifest import SCOPES, manifest_yaml
from bot.messages.help import DEPLOY_FORMS, STATUS_FORMS
from bot.messages.scale_help import SCALE_FORMS
from bot.settings import Settings, load_settings
from handlers import COMMANDS
from tests.pages import ROOT, text_of

README = text_of("README.md")
COMMAND_PAGE = text_of("docs/commands.md")
OPERATING = text_of("docs/operating.md")
EXAMPLE = ROOT / "fleet.example.yaml"
ENV_EXAMPLE = ROOT / ".env.example"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
FIRST_SCREEN = 40  # lines
README_AT_MOST = 260  # lines


def default(name: str) -> str:
    """A setting's default as one writes it."""
    field = Settings.model_fields[name]
    return "" if field.is_required() or field.default in (None, ()) else str(field.default)


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    (found,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_first_screen_holds_one_exchange_and_the_two_commands() -> None:
    screen = "\n".join(README.splitlines()[:FIRST_SCREEN])
    assert screen.startswith("# Pointsman\n")
    assert "/deploy shop@" in screen
    assert "make demo" in screen
    assert "make test" in screen


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= README_AT_MOST


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_registered_command_is_in_the_readme(command: Any) -> None:
    assert f"`{command.name}" in README


def rows(text: str) -> dict[str, str]:
    """What each form of a command does, from the tables of a page."""
    return dict(re.findall(r"^\| `(/[^`]+)` \| (.+) \|$", text, re.MULTILINE))


def test_the_page_of_commands_tells_every_form_that_help_tells_and_no_other() -> None:
    told = re.findall(r"^\| `(/[^`]+)` \|", COMMAND_PAGE, re.MULTILINE)
    assert sorted(told) == sorted(form for form, _, _ in (*DEPLOY_FORMS, *STATUS_FORMS, *SCALE_FORMS))


def test_the_readme_tells_some_of_them_in_the_very_words() -> None:
    short = rows(README)
    assert len(short) >= 12
    assert short.items() <= rows(COMMAND_PAGE).items()


@pytest.mark.parametrize("name", CLI_COMMANDS)
def test_every_command_of_the_command_line_is_told_as_its_help_says(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert f"| `python -m bot {name}` | {command.get_short_help_str(200)} |" in COMMAND_PAGE


def test_the_table_of_settings_is_what_the_code_reads() -> None:
    """Each with its default and its description, in the order of the code, and no other."""
    told = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.+?)`)? \| (.+) \|$", OPERATING, re.MULTILINE)
    assert told == [(name.upper(), default(name), field.description) for name, field in Settings.model_fields.items()]


def test_the_table_of_scopes_is_what_the_manifest_asks_for() -> None:
    told = re.findall(r"^\| `([a-z.]+:?[a-z.]*)` \| (.+) \|$", section(OPERATING, "Slack"), re.MULTILINE)
    assert dict(told) == SCOPES


def test_env_example_lists_every_setting_with_its_default_and_what_it_is() -> None:
    blocks = ENV_EXAMPLE.read_text("utf-8").strip().split("\n\n")[1:]
    told = []
    for block in blocks:
        *comments, line = block.splitlines()
        name, _, value = line.partition("=")
        told.append((name, value, " ".join(comment.removeprefix("# ") for comment in comments)))
    assert told == [(name.upper(), default(name), field.description) for name, field in Settings.model_fields.items()]


def test_env_example_loads_as_the_defaults() -> None:
    assert load_settings(TOKENS, ENV_EXAMPLE) == load_settings(TOKENS)


def test_the_example_fleet_loads_and_is_valid_by_its_schema() -> None:
    fleet = load_fleet_file(EXAMPLE)
    assert len(fleet.checks()) == 21
    Draft202012Validator(schema()).validate(yaml.safe_load(EXAMPLE.read_text("utf-8")))


def keys(node: Any) -> set[str]:
    """Every named key of the fleet file, but the names that people choose themselves."""
    if isinstance(node, list):
        return {key for item in node for key in keys(item)}
    if not isinstance(node, dict):
        return set()
    return set(node.get("properties", {})) | {key for child in node.values() for key in keys(child)}


@pytest.mark.parametrize("key", sorted(keys(schema())))
def test_every_key_of_the_fleet_file_is_in_the_example(key: str) -> None:
    assert re.search(rf"(^|[\s{{,-]){key}:", EXAMPLE.read_text("utf-8"), re.MULTILINE)


def test_what_the_example_calls_a_default_is_one(tmp_path: Path) -> None:
    """Without the entries marked as defaults it is the same fleet."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.endswith("; default") and not line.endswith("# default")]
    assert len(lines) - len(kept) >= 12
    shorter = tmp_path / "fleet.yaml"
    shorter.write_text(re.sub(r"^channels:\n", "", "\n".join(kept), flags=re.MULTILINE))
    assert load_fleet_file(shorter) == load_fleet_file(EXAMPLE)


def test_the_slack_manifest_is_what_the_code_prints() -> None:
    assert (ROOT / "slack-manifest.yaml").read_text("utf-8") == manifest_yaml(COMMANDS)


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == "Unreleased"


def test_the_lock_file_pins_by_hash_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links|-i ", lock)
    pins = re.findall(r"^(\S+)==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-zA-Z]", lock, re.MULTILINE)) > 50


@pytest.mark.parametrize("target", ["demo", "test", "check", "install", "soak", "lock"])
def test_what_make_offers_is_told_in_its_own_help(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert re.search(rf"^# make {target} ", makefile, re.MULTILINE)


def test_the_license_is_in_the_project() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License")
    assert "2026 Pointsman contributors" in text


def test_the_fleet_file_in_the_readme_loads() -> None:
    (text,) = re.findall(r"^```yaml\n(version: 1\n.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert [str(target) for target in load_fleet(text).targets()] == ["shop · production"]


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def test_the_readme_claims_no_figure_that_is_not_told_with_how_it_was_measured() -> None:
    claimed = figures(section(README, "What it is good at"))
    measured = figures(text_of("docs/speed.md")) | figures(text_of("docs/scaling.md"))
    assert len(claimed) >= 20
    assert claimed <= measured
