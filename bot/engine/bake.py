"""Watches the canary's hosts for as long as the strategy says."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.backends.base import Prober, never
from bot.engine.clock import Clock
from bot.engine.health import question
from bot.engine.sites import Place
from bot.messages.obstacles import obstacles
from bot.plan.bake import counted, failed

LOOK = timedelta(seconds=2)  # between two questions


class Bake:
    def __init__(self, prober: Prober, clock: Clock) -> None:
        self._prober = prober
        self._clock = clock

    def watch(
        self,
        place: Place,
        hosts: Sequence[str],
        since: datetime,
        span: timedelta,
        halted: Callable[[], bool] = never,
    ) -> str:
        """What went wrong, or nothing; returns at once when it does or all is to halt, else when the time is over."""
        asks = [question(place.health, host) for host in place.hosts_of(hosts)]
        failures: dict[str, int] = {}
        while self._clock.now() - since < span and not halted():
            probes = self._prober.probe(asks)
            failures = counted(failures, hosts, probes)
            if failed(failures):
                causes = {host: probe.cause for host, probe in zip(hosts, probes, strict=True)}
                return obstacles((host, causes[host]) for host in failed(failures))
            self._clock.sleep(min(LOOK, max(span - (self._clock.now() - since), timedelta(0))))
        return ""
