"""`python -m bot parse`: a phrase in, one JSON object out."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.parse import answered
from bot.cli.spelled import CALLED, NOT_GIVEN
from tests.fleet.samples import SOUND, changed
from tests.test_cli import Said, bot

REFUSAL = {"refused", "reason", "understood", "usage", "near"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a fleet file that has a short name."""
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(changed((("aliases",), {"prod": "production"}))))
    return tmp_path


def read(said: Said, code: int = 0) -> dict[str, Any]:
    assert (said.code, said.err) == (code, "")
    return dict(json.loads(said.out))


def given_in(answer: dict[str, Any]) -> dict[str, Any]:
    """What is there beside the command's name and its text."""
    return {key: value for key, value in answer.items() if key in NOT_GIVEN and value != NOT_GIVEN[key]}


@pytest.mark.parametrize(
    ("text", "command", "parts", "printed"),
    [
        ("/scale shop +2", "scale", {"service": "shop", "amount": "+2"}, "/scale shop +2"),
        (
            "/scale hold shop in production for 2h",
            "scale hold",
            {"service": "shop", "environment": "production", "lease": "2h"},
            "/scale shop in production hold 2h",
        ),
        (
            "/deploy shop@1.4.2 to production",
            "deploy",
            {"service": "shop", "ref": "1.4.2", "environment": "production"},
            "/deploy shop@1.4.2 to production",
        ),
        (
            "/deploy shop/feature/x to production/web1,web2 —force “hot fix” --strategy canary --now --wait",
            "deploy",
            {
                "service": "shop",
                "ref": "feature/x",
                "environment": "production",
                "hosts": ["web1", "web2"],
                "force": "hot fix",
                "strategy": "canary",
                "now": True,
                "wait": True,
            },
            '/deploy shop@feature/x to production/web1,web2 --strategy canary --now --wait --force "hot fix"',
        ),
        (
            "DEPLOY Hubot TO Production!",
            "deploy",
            {"service": "hubot", "environment": "production", "force": ""},
            "/deploy hubot to production !",
        ),
        (
            "/deploy plan shop 1.4.2 production",
            "plan",
            {"service": "shop", "ref": "1.4.2", "environment": "production"},
            "/deploy plan shop@1.4.2 to production",
        ),
        ("/deploy plan rollback shop to 1.4.1", "plan rollback", {"service": "shop", "ref": "1.4.1"}, None),
        ("/deploy plan promote shop", "plan promote", {"service": "shop"}, None),
        ("/deploy rollback shop to 1.4.1", "rollback", {"service": "shop", "ref": "1.4.1"}, None),
        ("/deploy promote shop to production", "promote", {"service": "shop", "environment": "production"}, None),
        ("/deploy abort 42", "abort", {"deploy": 42}, None),
        ('/deploy lock shop "why" for 2h', "lock", {"service": "shop", "reason": "why", "lease": "2h"}, None),
        ("/deploy unlock shop", "unlock", {"service": "shop"}, None),
        ("/deploy locks", "locks", {}, None),
        (
            '/deploy freeze production until Mon 08:00 "why"',
            "freeze",
            {"environment": "production", "until": "Mon 08:00", "reason": "why"},
            None,
        ),
        ("/deploy unfreeze production", "unfreeze", {"environment": "production"}, None),
        ("/deploy status shop", "status", {"service": "shop"}, None),
        ("/deploy history shop", "history", {"service": "shop"}, None),
        (
            "/deploy history shop on production",
            "history",
            {"service": "shop", "environment": "production"},
            "/deploy history shop in production",
        ),
        ("/deploy history #41", "history", {"deploy": 41}, "/deploy history 41"),
        ("/deploy help", "help", {}, None),
        ("/deploy", "form", {}, None),
        ("/status", "status", {}, None),
        ("/status Shop", "status", {"service": "shop"}, "/status shop"),
        ("status help", "help", {}, "/status help"),
        (
            '/status silence shop 2h "why"',
            "silence",
            {"service": "shop", "lease": "2h", "reason": "why"},
            '/status silence shop for 2h "why"',
        ),
        ("/status unsilence shop", "unsilence", {"service": "shop"}, None),
        ("/status silences", "silences", {}, None),
        ("/status checks shop", "checks", {"service": "shop"}, None),
        ("/status incidents", "incidents", {}, None),
        ("/status ack #12", "ack", {"incident": 12}, "/status ack 12"),
    ],
)
def test_what_was_understood_is_told_part_by_part(
    text: str, command: str, parts: dict[str, Any], printed: str | None
) -> None:
    answer = answered(text, "", None)
    assert set(answer) == {"command", "text", *NOT_GIVEN}
    assert (answer["command"], given_in(answer)) == (command, parts)
    assert answer["text"] == (printed or text)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            "/deploy shop to production --fore",
            {
                "reason": "I understood the service `shop` to `production`, but not `--fore`",
                "understood": "the service `shop` to `production`",
                "usage": "/deploy SERVICE[@REF] to ENV",
                "near": ["--force"],
            },
        ),
        (
            "deploy hubot/$(id) to production",
            {
                "reason": "`$(id)` cannot be a ref here: it holds $",
                "understood": "the service `hubot`",
                "usage": "/deploy SERVICE[@REF] to ENV",
                "near": [],
            },
        ),
        (
            "/status shop api",
            {
                "reason": "I understood the service `shop`, but not `api`",
                "understood": "the service `shop`",
                "usage": "/status [SERVICE]",
                "near": [],
            },
        ),
        (
            "/dploy shop to production",
            {
                "reason": "`/dploy` is no command; there are /deploy, /scale and /status",
                "understood": None,
                "usage": "/deploy … or /scale … or /status …",
                "near": ["/deploy"],
            },
        ),
        (
            "",
            {
                "reason": "`` is no command; there are /deploy, /scale and /status",
                "understood": None,
                "usage": "/deploy … or /scale … or /status …",
                "near": [],
            },
        ),
    ],
)
def test_a_refusal_says_what_made_sense_and_what_did_not(text: str, refusal: dict[str, Any]) -> None:
    assert answered(text, "", None) == {"refused": True, **refusal}


def test_every_form_has_a_name_of_its_own() -> None:
    assert len(set(CALLED.values())) == len(CALLED)


@pytest.mark.parametrize(
    "typed", ["/acme-deploy shop to production", "acme-DEPLOY\tshop to production", "/deploy\u00a0shop to production"]
)
def test_the_commands_prefix_may_be_typed_or_left_out(typed: str) -> None:
    assert answered(typed, "acme-", None)["service"] == "shop"


def test_a_prefix_that_begins_as_a_command_does_is_no_trap() -> None:
    assert answered("/deploy shop to production", "de", None)["service"] == "shop"
    assert answered("/dedeploy shop to production", "de", None)["service"] == "shop"


@given(st.text(max_size=60), st.sampled_from(["", "/deploy ", "/status ", "/deploy lock "]))
def test_whatever_is_typed_is_answered_with_json(text: str, command: str) -> None:
    answer = json.loads(json.dumps(answered(command + text, "", None)))
    assert set(answer) == REFUSAL or set(answer) == {"command", "text", *NOT_GIVEN}


def test_names_are_looked_up_in_the_fleet_file_that_is_there(here: Path) -> None:
    found = read(bot(here, "parse", "/deploy shop@1.4.2 to prod/web2"))
    assert given_in(found) == {"service": "shop", "ref": "1.4.2", "environment": "production", "hosts": ["web2"]}
    refused = read(bot(here, "parse", "/deploy shopp@1.4.2 to prod"), 2)
    assert set(refused) == REFUSAL
    assert refused["refused"] is True
    assert refused["near"] == ["shop"]
    assert refused["reason"] == "There is no service `shopp`. Did you mean `shop`? Services: shop"
    assert refused["understood"] == "/deploy shopp@1.4.2 to prod"


def test_without_a_fleet_file_only_the_form_is_looked_at(tmp_path: Path) -> None:
    assert read(bot(tmp_path, "parse", "/deploy nothing to nowhere"))["environment"] == "nowhere"
    assert read(bot(tmp_path, "parse", "/deploy nothing"), 2)["understood"] == "the service `nothing`"


@pytest.mark.parametrize("by", ["option", "setting", "env file"])
def test_another_fleet_file_can_be_named(here: Path, by: str) -> None:
    (here / "other.yaml").write_text(yaml.safe_dump(dict(SOUND)))
    (here / "my.env").write_text("FLEET_FILE=other.yaml\n")
    options = {"option": ["--fleet", "other.yaml"], "setting": [], "env file": ["--env-file", "my.env"]}[by]
    variables = {"FLEET_FILE": "other.yaml"} if by == "setting" else {}
    refused = read(bot(here, "parse", *options, "/deploy shop to prod", **variables), 2)
    assert refused["near"] == ["production"]
    assert read(bot(here, "parse", "/deploy shop to prod"))["environment"] == "production"


def test_a_fleet_file_that_is_not_there_or_does_not_load_is_told(here: Path) -> None:
    said = bot(here, "parse", "--fleet", "gone.yaml", "/deploy shop to prod")
    assert said.code == 2
    assert "gone.yaml" in said.err
    assert said.out == ""
    (here / "fleet.yaml").write_text("version: 1\n")
    said = bot(here, "parse", "/deploy shop to prod")
    assert said.code == 1
    assert "environments: is missing" in said.err
    assert "Traceback" not in said.err


def test_bytes_that_are_no_text_are_answered_too(tmp_path: Path) -> None:
    assert read(bot(tmp_path, "parse", "/deploy sh\udcffop to production"), 2)["near"] == []
