"""Where the time of an HTTP answer went, and spans of time as people say them. Pure."""

from dataclasses import dataclass
from itertools import pairwise

SHORTEST = 0.0005  # seconds
NAMES = ("name", "connection", "TLS", "first byte", "rest")


@dataclass(frozen=True, slots=True)
class Phases:
    """The moments of a transfer as libcurl knows them: seconds from its start, 0 for one that was not reached, or that
    there is not (`secured` without TLS).
    """

    resolved: float = 0.0
    connected: float = 0.0
    secured: float = 0.0
    first_byte: float = 0.0
    total: float = 0.0

    def parts(self) -> list[tuple[str, float]]:
        """How long each phase took that there was: `("first byte", 0.64)`. They add up to `total`."""
        reached = [(name, end) for name, end in zip(NAMES, self.ends(), strict=True) if end > 0]
        moments = [0.0, *(end for _, end in reached)]
        return [
            (name, max(0.0, end - begun)) for (name, _), (begun, end) in zip(reached, pairwise(moments), strict=True)
        ]

    def ends(self) -> tuple[float, float, float, float, float]:
        return self.resolved, self.connected, self.secured, self.first_byte, self.total

    def __str__(self) -> str:
        """`name 1 ms · connection 1 ms · TLS 9 ms · first byte 640 ms`; what took no half millisecond is left out."""
        return " · ".join(f"{name} {span(took)}" for name, took in self.parts() if took >= SHORTEST)


LONGEST = {
    "name": "to resolve the name",
    "connection": "to connect",
    "TLS": "for the TLS handshake",
    "first byte": "until the first byte",
    "rest": "for the rest of the answer",
}


def mostly(phases: Phases) -> str:
    """`640 ms of them until the first byte`: the phase that took longest; empty when there were none."""
    parts = phases.parts()
    if not parts:
        return ""
    name, took = max(parts, key=lambda part: part[1])
    return f"{span(took)} of them {LONGEST[name]}"


def span(seconds: float) -> str:
    """`41 ms`, `0.25 s` from a quarter on is `250 ms`, `5 s`, `12.5 s`."""
    if seconds < 1:
        return f"{max(seconds * 1000, 1):.0f} ms"
    return f"{seconds:.1f}".removesuffix(".0") + " s"
