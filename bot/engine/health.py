"""The health gate: asks restarted hosts until each was well often enough, or the deadline has passed."""

from collections.abc import Callable, Sequence

from bot.backends.base import Ask, Prober, never
from bot.engine.clock import Clock
from bot.fleet import HealthConfig
from bot.model import Host
from bot.plan.gate import Watch, observe, over, waiting


class HealthGate:
    def __init__(self, prober: Prober, clock: Clock) -> None:
        self._prober = prober
        self._clock = clock

    def wait(self, config: HealthConfig, hosts: Sequence[Host], halted: Callable[[], bool] = never) -> dict[str, Watch]:
        """Host name -> how it went. All hosts are asked at once, each until it is healthy, or all is to halt."""
        asks = {host.name: question(config, host) for host in hosts}
        watches = {host.name: Watch() for host in hosts}
        since = self._clock.now()
        while True:
            names = waiting(watches)
            probes = self._prober.probe([asks[name] for name in names])
            elapsed = self._clock.now() - since
            for name, probe in zip(names, probes, strict=True):
                watches[name] = observe(watches[name], probe, config.successes, elapsed)
            if over(watches, since, config.timeout, self._clock.now()) or halted():
                return watches
            self._clock.sleep(config.every)


def question(config: HealthConfig, host: Host) -> Ask:
    """The health question to one host."""
    return Ask(host.fill(config.http), config.request_timeout, frozenset(config.statuses), config.body)
