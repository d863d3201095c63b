"""The exported schema, judged by a validator that is not ours."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.fleet import schema
from tests.fleet.samples import PRODUCTION, REMOVED, SOUND, changed, load


def valid(data: Any) -> bool:
    return bool(Draft202012Validator(schema()).is_valid(data))


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_a_sound_fleet_is_valid() -> None:
    assert valid(dict(SOUND))


BOTH_WAYS = [
    ((*PRODUCTION, "hosts"), ["deploy@10.0.0.5", {"address": "deploy@10.0.0.6"}]),
    ((*PRODUCTION, "steps"), {"restart": {"run": "x", "timeout": "5m"}, "test": "y"}),
    ((*PRODUCTION, "strategy"), {"kind": "rolling", "batches": [1, "20%", "100%"]}),
    ((*PRODUCTION, "health"), {"http": "http://{host}/", "status": 204, "timeout": "1m"}),
    ((*PRODUCTION, "checks"), [{"http": "https://a.example.com/", "action": "runbook", "status": [200, 301]}]),
    ((*PRODUCTION, "checks"), [{"tcp": "db:5432", "action": "runbook"}]),
    ((*PRODUCTION, "checks"), [{"tcp": {"address": "db:5432", "expect": "hello"}, "action": "runbook"}]),
    ((*PRODUCTION, "checks"), [{"tls": {"address": "a:443", "days": "> 30"}, "action": "runbook"}]),
    ((*PRODUCTION, "checks"), [{"dns": {"domain": "a", "expect": "10.0.0.1"}, "action": "runbook"}]),
    ((*PRODUCTION, "checks"), [{"heartbeat": "1d", "action": "runbook"}]),
    ((*PRODUCTION, "checks"), [{"heartbeat": {"every": "1h", "grace": "0s"}, "action": "runbook"}]),
    (
        (*PRODUCTION, "checks"),
        [{"ssh": "true", "action": "restart"}, {"name": "b", "ssh": {"run": "a"}, "action": "restart"}],
    ),
    (
        (*PRODUCTION, "checks"),
        [{"metric": {"prometheus": "up", "above": 1, "datapoints": "2 of 3"}, "action": "restart"}],
    ),
    (("access",), {}),
    (("aliases",), {"prod": "production"}),
    (("channels",), REMOVED),
]


@pytest.mark.parametrize(("place", "value"), BOTH_WAYS)
def test_what_loads_is_valid(place: tuple[str | int, ...], value: Any) -> None:
    data = changed(((*PRODUCTION, "health", "http"), "http://{host}/"), (place, value))
    load(data)
    assert valid(data)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 2),
        (("services",), REMOVED),
        (("extra",), 1),
        (("aliases",), ["prod"]),
        (("aliases",), {"prod": 1}),
        ((*PRODUCTION, "backend"), "ec2"),
        ((*PRODUCTION, "hosts"), []),
        ((*PRODUCTION, "health", "timeout"), 30),
        ((*PRODUCTION, "checks", 0, "action"), REMOVED),
        ((*PRODUCTION, "checks", 0, "action"), "reboot"),
        ((*PRODUCTION, "checks", 0, "tcp"), "db:5432"),
        ((*PRODUCTION, "checks", 0, "http"), REMOVED),
        ((*PRODUCTION, "strategy"), {"batches": ["0.5"]}),
    ],
)
def test_an_editor_is_told_of_plain_mistakes(place: tuple[str | int, ...], value: Any) -> None:
    assert not valid(changed((place, value)))


def properties(node: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every named property anywhere in the schema."""
    if isinstance(node, list):
        return [found for item in node for found in properties(item)]
    if not isinstance(node, dict):
        return []
    own = list(node.get("properties", {}).items())
    return own + [found for child in node.values() for found in properties(child)]


def test_every_key_is_described_and_every_default_is_written_as_people_write_it() -> None:
    found = properties(schema())
    assert len(found) > 30
    assert [name for name, entry in found if not entry.get("description")] == []
    assert [name for name, entry in found if str(entry.get("default", "")).startswith("PT")] == []
