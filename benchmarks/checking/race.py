"""Ours and the exporter in turn, on the same targets."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.checking.blackbox import exporter
from benchmarks.checking.ours import Bot, bot_on
from benchmarks.checking.processes import use
from benchmarks.checking.scene import EVERY
from benchmarks.checking.targets import Targets
from benchmarks.checking.trials import acknowledged, first_sweep, restart, told_down
from bot.sandbox.slack.server import Server

RAMP = 5.0  # seconds before counting begins


@dataclass(frozen=True)
class Cost:
    """`cpu_ms` is of its whole process and for one check."""

    asked: int
    cpu_ms: float
    core_percent: float
    resident_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Counted:
    cpu: float
    asked: int
    at: float


def cost(pid: int, before: Counted, asked: int) -> Cost:
    now, used, wall = asked - before.asked, use(pid), time.monotonic() - before.at
    cpu = used.cpu - before.cpu
    return Cost(now, round(cpu * 1000 / now, 3), round(cpu / wall * 100, 2), round(used.resident), round(used.peak))


class Race:
    """`directory` holds what each run leaves behind; `seconds` is how long each is counted, `commands` how many ours
    takes meanwhile."""

    def __init__(self, directory: Path, targets: Targets, slack: Server, seconds: float, commands: int) -> None:
        self._directory, self._targets, self._slack = directory, targets, slack
        self._seconds, self._commands = seconds, commands
        self._runs = 0

    def _place(self) -> Path:
        self._runs += 1
        return self._directory / f"run{self._runs}"

    @property
    def _roots(self) -> Path | None:
        authority = self._targets.authority
        return authority.ca_file if authority else None

    def theirs(self, checks: int) -> Cost:
        with exporter(self._place(), self._targets.scene(checks), EVERY, self._roots) as asked:
            time.sleep(RAMP)
            before = Counted(use(asked.pid).cpu, asked.counts()["answered"], time.monotonic())
            time.sleep(self._seconds)
            found = asked.counts()
            made = cost(asked.pid, before, found["answered"])
        if found["bad"]:
            raise RuntimeError(f"{found['bad']} answers to the exporter were not good")
        return made

    def ours(self, checks: int, trials: bool = False) -> dict[str, Any]:
        """Its cost and how late checks are asked; with `trials` what else must hold meanwhile."""
        self._targets.mark(checks)
        with bot_on(self._place(), self._targets.scene(checks), self._slack, self._roots) as bot:
            first_sweep(self._targets)
            time.sleep(RAMP)
            found = self._counted(bot, checks)
            return found | (self._trials(bot, checks) if trials else {})

    def _counted(self, bot: Bot, checks: int) -> dict[str, Any]:
        self._targets.mark(checks)
        before = Counted(use(bot.pid).cpu, 0, time.monotonic())
        time.sleep(self._seconds)
        report = self._targets.report()
        return {**asdict(cost(bot.pid, before, report["asked"])), "lag_s": _rounded(report["lag"])}

    def _trials(self, bot: Bot, checks: int) -> dict[str, Any]:
        acks = acknowledged(self._slack, self._commands)
        late = told_down(self._targets, self._slack)
        peak = use(bot.pid).peak
        again = restart(bot, self._targets, checks)
        return {
            "ack_ms": {
                "p50": round(acks[len(acks) // 2] * 1000, 1),
                "p99": round(acks[len(acks) * 99 // 100] * 1000, 1),
            },
            "acks": len(acks),
            "down_late_s": {"p50": round(late[len(late) // 2], 2), "p100": round(late[-1], 2)},
            "downs": len(late),
            "restart_s": {name: round(value, 1) for name, value in asdict(again).items()},
            "peak_mb": round(max(peak, use(bot.pid).peak)),
        }


def _rounded(shares: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in shares.items()}
