"""Who is measured, in which order, and what is made of the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

from benchmarks.deploying.app import App, deployed
from benchmarks.deploying.ledger import BACKEND, WORK
from benchmarks.deploying.scene import Job
from benchmarks.deploying.targets import Targets

OURS, PUSHED, FLOOR, ENGINE = "pointsman", "pointsman-pushed", "floor", "engine"
Figures = dict[str, list[dict[str, float]]]


class Contender(Protocol):
    @property
    def name(self) -> str: ...

    def deploy(self, job: Job) -> dict[str, float]: ...


@dataclass(frozen=True)
class Pushing:
    """The same bot, asked to deploy the service of which it brings each release itself: no host fetches."""

    bot: Contender
    name: str = PUSHED

    def deploy(self, job: Job) -> dict[str, float]:
        return self.bot.deploy(job)


@dataclass(frozen=True)
class Race:
    """One repository, some targets, and who deploys to them."""

    app: App
    targets: Targets

    def run(self, contender: Contender, hosts: int, name: str) -> dict[str, float]:
        """One deploy of a new release. Raises RuntimeError unless all its hosts run it afterwards."""
        path = f"{contender.name}-{hosts}"
        sha = self.app.release(f"{path} {name}")
        figures = contender.deploy(Job(sha, path, hosts))
        wrong = [target.name for target in self.targets.all[:hosts] if deployed(target.home, path) != sha]
        if wrong:
            raise RuntimeError(f"{contender.name} did not deploy to {', '.join(wrong)}")
        return figures


def alternate(race: Race, contenders: Sequence[Contender], hosts: int, rounds: int) -> Figures:
    """In turn, so that a busy minute of this machine meets all of them; the first round only warms up."""
    figures: Figures = {contender.name: [] for contender in contenders}
    for number in range(rounds + 1):
        for contender in contenders:
            found = race.run(contender, hosts, f"round {number}")
            if number:
                figures[contender.name].append(found)
    return figures


def by_size(race: Race, ours: Contender, sizes: Sequence[int], rounds: int) -> list[dict[str, float]]:
    """The cost of ours at each number of hosts, in their order."""
    taken: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    for number in range(rounds + 1):
        for size in sizes:
            found = race.run(ours, size, f"size round {number}")
            if number:
                taken[size].append(found)
    return [{"hosts": size, **cost(found, size), **apart(found, size)} for size, found in sorted(taken.items())]


def apart(found: Sequence[dict[str, float]], hosts: int) -> dict[str, float]:
    """The cost without what the bot takes when nothing is asked of it."""
    own = median(one["cpu"] - one["idle"] for one in found)
    return {"own_cpu_s": round(own, 4), "own_ms_per_host": round(own / hosts * 1000, 2)}


def line(sizes: Sequence[dict[str, float]]) -> dict[str, float]:
    """What a deploy costs beside its hosts, and each host, in ms: the line through the smallest and the largest size,
    without idling. Nothing for less than two sizes.
    """
    if len(sizes) < 2:
        return {}
    few, many = sizes[0], sizes[-1]
    each = (many["own_cpu_s"] - few["own_cpu_s"]) / (many["hosts"] - few["hosts"])
    return {"each_ms": round(1000 * each, 2), "fixed_ms": round(1000 * (few["own_cpu_s"] - each * few["hosts"]), 1)}


def cost(found: Sequence[dict[str, float]], hosts: int) -> dict[str, float]:
    """Medians of some rounds."""
    cpu = median(one["cpu"] for one in found)
    wall = median(one["wall"] for one in found)
    return {"cpu_s": round(cpu, 3), "wall_s": round(wall, 3), "cpu_ms_per_host": round(cpu / hosts * 1000, 2)}


def report(figures: Figures, hosts: int) -> dict[str, Any]:
    costs = {name: cost(found, hosts) for name, found in figures.items()}
    return {
        "hosts": hosts,
        "costs": costs,
        "times_ours": times(costs, OURS),
        "times_pushed": times(costs, PUSHED),
        "percent": shares(figures[OURS]),
        "percent_pushed": shares(figures[PUSHED]),
    }


def times(costs: dict[str, dict[str, float]], ours: str) -> dict[str, dict[str, float]]:
    """What each peer costs, by what ours does."""
    whole = costs[ours]
    others = {name: found for name, found in costs.items() if name not in (OURS, PUSHED, BACKEND, FLOOR)}
    return {
        name: {"cpu": round(found["cpu_s"] / whole["cpu_s"], 2), "wall": round(found["wall_s"] / whole["wall_s"], 2)}
        for name, found in others.items()
    }


def shares(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of the whole's CPU, medians in percent: the order on the hosts, the deploy's other work, and all the rest."""
    parts = {name: median(100 * one[name] / one["cpu"] for one in found) for name in (BACKEND, WORK)}
    rest = median(100 * (one["cpu"] - one[BACKEND] - one[WORK]) / one["cpu"] for one in found)
    return {name: round(percent, 1) for name, percent in {**parts, ENGINE: rest}.items()}
