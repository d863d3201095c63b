"""A sound fleet as plain data, to be changed in one place by each test."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bot.errors import ConfigError, Problem
from bot.fleet import Fleet, load_fleet

SOUND: Mapping[str, Any] = {
    "version": 1,
    "channels": {"deploys": "#deploys", "alerts": "#alerts"},
    "environments": ["staging", "production"],
    "access": {"production": {"deploy": ["@oncall", "U024BE7LH"]}},
    "services": {
        "shop": {
            "owners": ["@shop-team"],
            "repo": "https://github.com/acme/shop.git",
            "runbook": "https://wiki.example.com/shop",
            "environments": {
                "production": {
                    "backend": "ssh",
                    "hosts": [
                        {"name": "web1", "address": "deploy@10.0.0.5:22", "vars": {"APP_PORT": "8001"}},
                        {"name": "web2", "address": "deploy@10.0.0.6:22", "vars": {"APP_PORT": "8002"}},
                    ],
                    "path": "/srv/shop",
                    "steps": {"install": "npm ci", "test": "npm test", "restart": "sudo systemctl restart shop"},
                    "health": {"http": "http://{host}:{APP_PORT}/healthz"},
                    "checks": [{"http": "https://shop.example.com/healthz", "action": "rollback"}],
                }
            },
        }
    },
}
SHOP = ("services", "shop")
PRODUCTION = (*SHOP, "environments", "production")
REMOVED = object()


def changed(*changes: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """The sound fleet with these entries set, or taken out where the value is REMOVED."""
    data = deepcopy(dict(SOUND))
    for place, value in changes:
        node: Any = data
        for part in place[:-1]:
            node = node[part]
        if value is REMOVED:
            del node[place[-1]]
        else:
            node[place[-1]] = value
    return data


def load(data: Any) -> Fleet:
    """The data through the front door, as JSON."""
    return load_fleet(json.dumps(data))


def problems(data: Any) -> tuple[Problem, ...]:
    """What load_fleet finds; none when it loads."""
    return text_problems(json.dumps(data, indent=1))


def text_problems(text: str) -> tuple[Problem, ...]:
    """The same for a text."""
    try:
        load_fleet(text)
    except ConfigError as error:
        return error.problems
    return ()


def only_problem(*changes: tuple[tuple[str | int, ...], Any]) -> Problem:
    """The one problem that these changes make."""
    found = problems(changed(*changes))
    assert len(found) == 1, found
    return found[0]
