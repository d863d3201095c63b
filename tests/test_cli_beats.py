"""`python -m bot beats` and what `check` says of it."""

from pathlib import Path

import pytest
import yaml

from bot.plan.beats import token_of
from tests.fleet.samples import PRODUCTION, changed
from tests.test_cli import TOKENS, bot

SECRET = "0123456789abcdef"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    checks = [
        {"heartbeat": "1d", "name": "backup", "action": "runbook"},
        {"heartbeat": "1h", "name": "rotate", "action": "restart", "per_host": True},
    ]
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(changed(((*PRODUCTION, "checks"), checks))))
    return tmp_path


def test_every_address_is_printed_with_its_check(here: Path) -> None:
    said = bot(here, "beats", "--url", "https://bot.example.com/", HEARTBEAT_SECRET=SECRET, **TOKENS)
    checks = ("shop/production/backup", "shop/production/rotate/web1", "shop/production/rotate/web2")
    assert said.out.splitlines() == [
        f"{check}  https://bot.example.com/beat/{token_of(SECRET, check)}" for check in checks
    ]
    assert SECRET not in said.out + said.err


def test_without_a_name_of_its_own_the_bot_is_where_it_listens(here: Path) -> None:
    said = bot(here, "beats", HEARTBEAT_SECRET=SECRET, HTTP_ADDR="10.0.0.1:9000", **TOKENS)
    assert said.out.startswith("shop/production/backup  http://10.0.0.1:9000/beat/")


def test_without_a_secret_it_says_what_to_set_and_check_does_too(here: Path) -> None:
    said = bot(here, "beats", **TOKENS)
    assert (said.code, said.out) == (1, "")
    assert "HEARTBEAT_SECRET is not set" in said.err
    said = bot(here, "check", **TOKENS)
    assert said.code == 1
    assert "HEARTBEAT_SECRET: is not set, and shop/production/backup and others wait for heartbeats" in said.out
    assert bot(here, "check", HEARTBEAT_SECRET=SECRET, **TOKENS).code == 0


def test_nobody_waits_where_no_check_does(here: Path) -> None:
    (here / "fleet.yaml").write_text(yaml.safe_dump(changed()))
    assert bot(here, "beats", **TOKENS).out == "No check of the fleet file waits for a heartbeat.\n"
