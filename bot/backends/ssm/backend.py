"""The ssm backend: all hosts of a batch in one conversation each, fifty to a call."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial

from bot.backends.base import HostFacts, HostResult, Order, Progress, Site, StepSpec
from bot.backends.ssh import words
from bot.backends.ssh.commands.survey import survey
from bot.backends.ssh.commands.text import checked_order, checked_sha
from bot.backends.ssh.commands.work import of_host
from bot.backends.ssh.errand import Errand, Say, Talk
from bot.backends.ssh.heeding import Heed
from bot.backends.ssh.report import Report
from bot.backends.ssm.options import SsmOptions
from bot.backends.ssm.rounds import Act, Line, Rounds
from bot.backends.ssm.wire import Clients, Wire
from bot.cloud import HERE
from bot.errors import HostError
from bot.model import Host, Step


class SsmBackend:
    """Implements `base.Backend`, for sites with an `ssm` account.

    Hosts are called by their instance ids. One whose `user` is empty runs everything as root.
    """

    def __init__(self, clients: Clients, options: SsmOptions | None = None) -> None:
        self._clients = clients
        self._options = options or SsmOptions()

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        lines = [Line(host, self._survey(site, host)) for host in hosts]
        return Rounds(self._wire(site), self._options, Act(f"Pointsman looks: {_named(site)}"), lines).run()

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        checked_sha(order.sha)
        return self._visit(site, order, hosts, progress, Errand.bring)

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        checked_sha(order.sha)
        return self._visit(site, order, hosts, progress, Errand.prepare)

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._visit(site, order, hosts, lambda host, step: None, Errand.retire)

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._visit(site, order, hosts, lambda host, step: None, Errand.restart)

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        named = replace(site, steps={**site.steps, Step.COMMAND: spec})
        return self._visit(named, order, hosts, lambda host, step: None, Errand.command)

    def _survey(self, site: Site, host: Host) -> Generator[Say, Report | None, HostFacts]:
        try:
            report = yield Say(survey(site.path))
        except HostError as error:
            return HostFacts(host.name, reachable=False, trouble=error.what)
        return words.facts(host.name, site.path, self._options.min_free, report or Report())

    def _visit(
        self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress, act: Callable[[Errand], Talk]
    ) -> list[HostResult]:
        checked_order(order.id)
        heeding = replace(order, halted=Heed(order.halted))
        errand = partial(Errand, site, heeding, terms=self._options.terms, shared=True)
        lines = [Line(host, act(errand(host))) for host in hosts]
        about = Act(
            comment=f"Pointsman {order.id}: {_named(site)}",
            of_hosts={host.name: of_host(host) for host in hosts},
            halted=heeding.halted,
            heard=progress,
            patience=self._options.patience.total_seconds(),
            bears=order.bears,
        )
        return Rounds(self._wire(site), self._options, about, lines).run()

    def _wire(self, site: Site) -> Wire:
        return Wire(self._clients, site.ssm or HERE)


def _named(site: Site) -> str:
    return f"{site.service} in {site.environment}"
