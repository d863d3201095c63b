"""`python -m bot iam` as a person uses it."""

import json
from pathlib import Path

import pytest
import yaml

from tests.plan.iam.everything import EVERYTHING, ROLE
from tests.test_cli import bot

BOT = "arn:aws:iam::123456789012:role/bot"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    more = {"environments": ["staging", "production"], "aliases": {"prod": "production"}}
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump({**EVERYTHING, **more}))
    return tmp_path


def test_the_policy_of_an_environment_is_printed_without_any_token(here: Path) -> None:
    said = bot(here, "iam", "prod")
    assert said.code == 0
    sids = [one["Sid"] for one in json.loads(said.out)["Statement"]]
    assert sids == sorted(sids)
    assert "FindHosts" in sids


def test_so_are_its_trust_policy_and_what_the_bot_itself_needs(here: Path) -> None:
    trust = json.loads(bot(here, "iam", "production", "--trust", BOT).out)
    assert trust["Statement"][0]["Principal"] == {"AWS": BOT}
    own = json.loads(bot(here, "iam").out)
    assert own["Statement"][0]["Resource"] == [ROLE]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("iam", "qa"), "qa is not one of staging, production"),
        (("iam", "staging"), "nothing in staging needs AWS"),
        (("iam", "staging", "--trust", BOT), "set aws.staging.role_arn in the fleet file"),
    ],
)
def test_what_cannot_be_printed_says_why(here: Path, arguments: tuple[str, ...], words: str) -> None:
    said = bot(here, *arguments)
    assert (said.code, said.out) == (1, "")
    assert words in said.err
