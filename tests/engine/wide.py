"""Fleets of many services, each on hosts of its own, every host with a check of its own."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from bot.fleet import Fleet
from tests.engine.watching import EVERY
from tests.fleet.samples import SOUND, load


def wide(services: int, hosts: int = 1, down_after: int = 3, shared: bool = False, **entries: Any) -> Fleet:
    """`shared`: all of them on the hosts of the first. Host 2 of service 1 is asked at `http://s1-h2.test/`."""
    data = deepcopy(dict(SOUND))
    data["services"] = {f"s{one}": service(1 if shared else one, one, hosts, down_after) for one in numbers(services)}
    return load({**data, **entries})


def service(place: int, number: int, hosts: int, down_after: int) -> dict[str, Any]:
    names = [f"s{place}-h{host}" for host in numbers(hosts)]
    check = {
        "http": "http://{name}.test/",
        "per_host": True,
        "every": f"{EVERY}s",
        "timeout": "1s",
        "action": "restart",
    }
    production = {
        "backend": "ssh",
        "hosts": [{"name": name, "address": address(place, at)} for at, name in enumerate(names)],
        "path": f"/srv/s{number}",
        "steps": {"restart": "true"},
        "health": {"http": "http://{name}:8080/healthz"},
        "checks": [{**check, "down_after": down_after}],
    }
    return {"repo": f"https://github.com/acme/s{number}.git", "environments": {"production": production}}


def address(place: int, host: int) -> str:
    return f"deploy@10.{place}.{host // 250}.{host % 250 + 1}:22"


def numbers(many: int) -> range:
    return range(1, many + 1)


def urls(services: Sequence[int], hosts: int = 1) -> list[str]:
    return [f"http://s{one}-h{host}.test/" for one in services for host in numbers(hosts)]
