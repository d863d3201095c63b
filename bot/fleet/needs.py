"""Which service needs which: the way through `depends_on`, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.fleet.problems import Finding, did_you_mean, finding
from bot.fleet.reading import Reading


def need_rules(reading: Reading, services: Mapping[str, Any]) -> Iterator[Finding]:
    """A service needs others that there are, and none of them needs it."""
    needs = {name: _needs(service) for name, service in services.items()}
    for service, names in needs.items():
        for index, name in enumerate(names):
            place = ("services", service, "depends_on", index)
            if name not in services:
                known = ", ".join(services)
                yield finding(
                    reading, place, "is not one of `services`", name, known, did_you_mean(name, list(services))
                )
            elif way := circle(needs, service, name):
                yield finding(reading, place, f"needs itself: {' → '.join(way)}", name, "no way back to the service")


def _needs(service: Any) -> list[str]:
    """Those that are sound by themselves."""
    found = service.get("depends_on") if isinstance(service, Mapping) else None
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def reached(needs: Mapping[str, Sequence[str]], service: str) -> list[str]:
    """The service's own needs, then theirs, and so on; each once, itself never."""
    found: dict[str, None] = {}
    waiting = list(needs.get(service, ()))
    while waiting:
        name = waiting.pop(0)
        if name not in found and name != service:
            found[name] = None
            waiting += needs.get(name, ())
    return list(found)


def circle(needs: Mapping[str, Sequence[str]], service: str, by: str) -> list[str]:
    """The shortest way from the service, by what it needs, back to itself: `[shop, db, shop]`; empty: there is none."""
    if service == by:
        return [service, service]
    ways: list[list[str]] = [[service, by]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in needs.get(way[-1], ()):
            if name == service:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
