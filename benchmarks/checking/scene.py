"""What is checked: names, addresses, and the fleet file of so many checks.

A service has a hundred checks and one host: asking hosts over SSH once a minute how busy they are is not measured here.
Every target has a loopback address of its own up to a thousand; more checks share these. The path of a check's URL is
its id, so that a target can tell which check asks, and when it was to ask.
"""

import json
from dataclasses import dataclass
from typing import Any

ADDRESSES = 1000
EVERY = 30  # seconds between two checks of a target
IN_A_SERVICE = 100
DOOMED = 8  # services with one check each, whose targets die during the run
QUICK, DOWN_AFTER = 5, 3  # seconds between two checks of such a target, and how many must fail


@dataclass(frozen=True)
class Scene:
    """So many checks of targets that listen on `port`."""

    scheme: str
    port: int
    checks: int

    def url(self, number: int) -> str:
        return f"{self.scheme}://{address(number)}:{self.port}/{check_id(number)}"

    def fleet(self) -> str:
        """The fleet file."""
        numbers = range(self.checks)
        groups = [numbers[start : start + IN_A_SERVICE] for start in range(0, self.checks, IN_A_SERVICE)]
        services = {service(group[0]): self._service(list(group), EVERY) for group in groups}
        services |= {doomed_name(place): self._service([-1 - place], QUICK) for place in range(DOOMED)}
        return json.dumps({"version": 1, "environments": ["production"], "services": services})

    def _service(self, numbers: list[int], every: int) -> dict[str, Any]:
        checks = [
            {
                "http": self.url(number),
                "name": name(number),
                "every": f"{every}s",
                "timeout": "4s",
                "down_after": DOWN_AFTER,
                "action": "restart",
            }
            for number in numbers
        ]
        production = {
            "backend": "ssh",
            "hosts": [f"deploy@{address(numbers[0])}:22"],
            "path": f"/srv/{service(numbers[0])}",
            "steps": {"restart": "true"},
            "checks": checks,
            "health": {"http": self.url(numbers[0])},
        }
        return {
            "owners": ["@shop-team"],
            "repo": "https://git.example.com/shop.git",
            "environments": {"production": production},
        }


def address(number: int) -> str:
    """Of a check; below zero those of the doomed, which nobody shares."""
    if number < 0:
        return f"127.2.0.{-number}"
    return f"127.1.{number % ADDRESSES // 250}.{number % 250 + 1}"


def name(number: int) -> str:
    return f"web{number}" if number >= 0 else f"lone{-number}"


def service(number: int) -> str:
    return f"s{number // IN_A_SERVICE}" if number >= 0 else doomed_name(-1 - number)


def doomed_name(place: int) -> str:
    return f"doomed{place}"


def check_id(number: int) -> str:
    return f"{service(number)}/production/{name(number)}"


def addresses() -> list[str]:
    return [address(number) for number in [*range(ADDRESSES), *range(-DOOMED, 0)]]
