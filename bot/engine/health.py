"""The health gate: asks restarted hosts until each was well often enough, or the deadline has passed."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.backends.base import Prober, never
from bot.engine.clock import Clock
from bot.fleet import HealthConfig
from bot.model import Host
from bot.plan.gate import Rule, Watch, due, observe, pause
from bot.questions import Ask

NONE = timedelta(0)
LONGEST = timedelta(seconds=1)  # between two looks whether all is to halt


class HealthGate:
    def __init__(self, prober: Prober, clock: Clock) -> None:
        self._prober = prober
        self._clock = clock

    def wait(self, config: HealthConfig, hosts: Sequence[Host], halted: Callable[[], bool] = never) -> dict[str, Watch]:
        """Host name -> how it went. Hosts are asked together, each until it is healthy, or all is to halt."""
        rule = Rule(config.successes, config.every, config.timeout, config.again)
        asks = {host.name: question(config, host) for host in hosts}
        watches = {host.name: Watch() for host in hosts}
        passed = _passing(self._clock)
        while (rest := pause(watches, rule, passed(NONE))) is not None:
            elapsed = passed(min(rest, LONGEST))
            names = due(watches, rule, elapsed)
            probes = self._prober.probe([asks[name] for name in names]) if names else []
            elapsed = passed(NONE)
            for name, probe in zip(names, probes, strict=True):
                watches[name] = observe(watches[name], probe, rule, elapsed)
            if halted():
                break
        return watches


def _passing(clock: Clock) -> Callable[[timedelta], timedelta]:
    """Sleeps as long as it is told, and answers how much time has passed in all: at least what was slept, whatever
    somebody did to the clock.
    """
    since, slept = clock.now(), NONE

    def passed(span: timedelta) -> timedelta:
        nonlocal slept
        if span:
            clock.sleep(span)
            slept += span
        return max(clock.now() - since, slept)

    return passed


def question(config: HealthConfig, host: Host) -> Ask:
    """The health question to one host."""
    return Ask(host.fill(config.http), config.request_timeout, frozenset(config.statuses), config.body)
