"""Asks canary hosts and hosts of the old release side by side while the canary bakes, and keeps what they answered."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.backends.base import Prober
from bot.engine.clock import Clock
from bot.engine.health import question
from bot.engine.looks import Looks
from bot.engine.metering import Compared, Metering
from bot.engine.sites import Place
from bot.evidence import Judgement
from bot.fleet.analysis import Analysis as Config
from bot.model import Probe
from bot.plan.analysis import judge, rules_of, sampled
from bot.questions import Ask


class Analysis:
    def __init__(self, prober: Prober, metering: Metering, clock: Clock, looks: Looks) -> None:
        self._prober = prober
        self._metering = metering
        self._clock = clock
        self._looks = looks

    def watch(self, place: Place, config: Config, compared: Compared, halted: Callable[[], bool]) -> Judgement:
        """The judgement when the bake is over, a hard limit was broken, or all is to halt.

        After a crash it goes on from the samples that were kept. The time in which nobody asked is made up for by what
        metrics say of it, and not by answers of hosts.
        """
        rules, ends_at = rules_of(config), compared.since + place.bake
        asks = {host.name: question(place.health, host) for host in place.hosts_of([*compared.canary, *compared.old])}
        while True:
            self._metering.catch_up(place, compared, min(self._clock.now(), ends_at), halted)
            samples = self._looks.samples.of(compared.deploy, compared.position)
            found = judge(samples, rules, self._looks.readings.of(compared.deploy, compared.position))
            if found.limit or self._clock.now() >= ends_at or halted():
                return found
            answers = self._interval(asks, config, ends_at, halted)
            number = samples[-1].number + 1 if samples else 0
            seen = [sampled(number, host, host in compared.canary, probes) for host, probes in answers.items()]
            self._looks.samples.keep(compared.deploy, compared.position, seen)

    def _interval(
        self, asks: Mapping[str, Ask], config: Config, ends_at: datetime, halted: Callable[[], bool]
    ) -> dict[str, list[Probe]]:
        """Host -> its answers. Everybody is asked at the same moment, again after each pause."""
        answers: dict[str, list[Probe]] = {host: [] for host in asks}
        stop = min(self._clock.now() + config.every, ends_at)
        while (begun := self._clock.now()) < stop and not halted():
            for host, probe in zip(asks, self._prober.probe(list(asks.values())), strict=True):
                answers[host].append(probe)
            pause = min(begun + config.ask, stop) - self._clock.now()
            self._clock.sleep(max(pause, timedelta(0)))
        return answers
