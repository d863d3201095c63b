"""What hosts and targets say of themselves, without the secrets that the bot knows: a page may show the token that it
was asked with, a step its environment. Only what has words is looked at: the good answers have none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.backends.base import Answer, Backend, HostFacts, HostResult, Order, Prober, Progress, Site, StepSpec
from bot.model import Host, Probe
from bot.questions import Ask

Hidden = Callable[[str], str]
"""A text without any secret: bot.secrecy.Secrets.hidden."""


def discreet_answer(answer: Answer, hidden: Hidden) -> Answer:
    probe = discreet_probe(answer.probe, hidden)
    return answer if probe is answer.probe else replace(answer, probe=probe)


def discreet_probe(probe: Probe, hidden: Hidden) -> Probe:
    cause = hidden(probe.cause) if probe.cause else ""
    return probe if cause == probe.cause else replace(probe, cause=cause)


class DiscreetProber:
    """Fills base.Prober by another one."""

    def __init__(self, prober: Prober, hidden: Hidden) -> None:
        self._prober = prober
        self._hidden = hidden

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        return [discreet_probe(probe, self._hidden) for probe in self._prober.probe(asks)]


class DiscreetBackend:
    """Fills base.Backend by another one."""

    def __init__(self, backend: Backend, hidden: Hidden) -> None:
        self._backend = backend
        self._hidden = hidden

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        found = self._backend.survey(site, hosts)
        return [replace(facts, trouble=self._hidden(facts.trouble)) if facts.trouble else facts for facts in found]

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._results(self._backend.bring(site, order, hosts, progress))

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._results(self._backend.prepare(site, order, hosts, progress))

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._results(self._backend.retire(site, order, hosts))

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        return self._results(self._backend.command(site, order, hosts, spec))

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._results(self._backend.restart(site, order, hosts))

    def _results(self, results: Iterable[HostResult]) -> list[HostResult]:
        return [
            replace(one, cause=self._hidden(one.cause), tail=self._hidden(one.tail)) if one.cause or one.tail else one
            for one in results
        ]
