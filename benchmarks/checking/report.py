"""The figures for people, each beside what is to be reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GOALS = {"http": (0.20, 0.4), "https": (1.0, 0.75)}  # ms of CPU a check, and times the exporter's


@dataclass(frozen=True)
class Line:
    """`goal` None: nothing was promised."""

    what: str
    found: float
    goal: float | None
    unit: str

    def __str__(self) -> str:
        if self.goal is None:
            return f"{self.what:58} {self.found:9,.3f} {self.unit}"
        verdict = "" if self.found <= self.goal else "   MISSED"
        return f"{self.what:58} {self.found:9,.3f} {self.unit:4} of {self.goal:g}{verdict}"


def table(found: Mapping[str, Any]) -> list[str]:
    load = " ".join(f"{value:.2f}" for value in found["load"])
    lines = [
        f"CPU of the whole process, new connection per check, every {found['every']} s; load average {load}",
        "",
        f"{'':6} {'checks':>7} {'ms':>9} {'blackbox':>9} {'ratio':>6} {'of a core, %':>12} {'MB':>5} {'its MB':>9}",
    ]
    lines += [_row(scheme, one) for scheme, rows in found["schemes"].items() for one in rows]
    return [*lines, "", *(str(line) for line in goals(found["schemes"]))]


def _row(scheme: str, one: Mapping[str, Any]) -> str:
    ours, theirs = one["ours"], one["blackbox"]
    beside = f"{theirs['cpu_ms']:9.3f} {one['ratio']:6.2f}" if theirs else f"{'–':>9} {'–':>6}"
    figures = f"{ours['core_percent']:12.2f} {ours['resident_mb']:5,.0f} {theirs['resident_mb'] if theirs else 0:9,.0f}"
    return f"{scheme:6} {one['checks']:7,} {ours['cpu_ms']:9.3f} {beside} {figures}"


def goals(schemes: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Line]:
    """Of the largest number of checks."""
    for scheme, rows in schemes.items():
        one = max(rows, key=lambda row: int(row["checks"]))
        name = f"{scheme}, {one['checks']:,} checks:"
        cpu, ratio = GOALS[scheme]
        yield Line(f"{name} CPU a check", one["ours"]["cpu_ms"], cpu, "ms")
        if one["ratio"] is not None:
            yield Line(f"{name} times blackbox_exporter's", one["ratio"], ratio, "")
        yield from _whole(name, one["ours"])


def _whole(name: str, ours: Mapping[str, Any]) -> Iterator[Line]:
    yield Line(f"{name} schedule lag, p99", ours["lag_s"]["p99"], 1.0, "s")
    if "acks" not in ours:
        return
    yield Line(f"{name} resident at most", ours["peak_mb"], 150, "MB")
    yield Line(f"{name} commands acknowledged, p99 of {ours['acks']}", ours["ack_ms"]["p99"], 100, "ms")
    down = f"{name} DOWN beyond down_after × every, worst of {ours['downs']}"
    yield Line(down, ours["down_late_s"]["p100"], 2.0, "s")
    yield Line(f"{name} from kill -9 and start to connected", ours["restart_s"]["connected"], None, "s")
    yield Line(f"{name} from kill -9 and start to all asked once", ours["restart_s"]["all_asked"], 30, "s")
