"""The ssh backend: every host of a batch in its own thread, over one connection each."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.backends.base import Ending, HostFacts, HostResult, Order, Progress, Site, StepSpec
from bot.backends.ssh import words
from bot.backends.ssh.commands.survey import survey
from bot.backends.ssh.commands.text import checked_order, checked_sha, checked_variable
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.errand import Errand, Talk
from bot.backends.ssh.heeding import Heed
from bot.backends.ssh.link import Link
from bot.backends.ssh.opening import Opened, as_it_is, without_secrets
from bot.backends.ssh.options import SshOptions
from bot.backends.ssh.parcels import Parcel, nothing_to_push
from bot.backends.ssh.visit import Visit
from bot.errors import HostError, SecretClosed
from bot.model import Host, Step

Answer = TypeVar("Answer")


class SshBackend:
    """Implements `base.Backend`. Raises PointsmanError at once for a key that cannot be read. `parcel` packs a release
    of (repository, SHA), for sites that are pushed to; it is asked each time a host wants it.
    """

    def __init__(
        self,
        options: SshOptions | None = None,
        opened: Opened = as_it_is,
        parcel: Callable[[str, str], Parcel] = nothing_to_push,
    ) -> None:
        self.options = options or SshOptions()
        self._opened = opened
        self._parcel = parcel
        self.connector = Connector(self.options)

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        return self._each(hosts, lambda host: self._survey(site, host))

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

    def _survey(self, site: Site, host: Host) -> HostFacts:
        try:
            self._opened(host, site.account)
            with Link(self.connector, host) as link:
                report = link.ask(survey(site.path, site.pushed), more_follows=True)
        except SecretClosed as error:
            return HostFacts(host.name, reachable=False, trouble=str(error))
        except HostError as error:
            return HostFacts(host.name, reachable=False, trouble=error.what)
        return words.facts(host.name, site.path, self.options.min_free, report)

    def _visit(
        self,
        site: Site,
        order: Order,
        hosts: Sequence[Host],
        progress: Progress,
        act: Callable[[Errand], Talk],
    ) -> list[HostResult]:
        checked_order(order.id)
        for host in hosts:
            for name in host.vars:
                checked_variable(name)
        patience = self.options.patience.total_seconds()
        heeding = replace(order, halted=Heed(order.halted))
        parcel = partial(self._parcel, site.repo, order.sha) if site.pushed else None

        def visit(host: Host) -> HostResult:
            def begun(step: Step) -> None:
                progress(host.name, step)

            try:
                opened = self._opened(host, site.account)
            except SecretClosed as error:
                return HostResult(host.name, Ending.LOST, cause=str(error))
            errand = Errand(site, heeding, opened, self.options.terms, parcel=parcel)
            with Link(self.connector, host, patience) as link:
                result = Visit(link, begun, heeding.halted, errand.stop()).carry(act(errand))
            return without_secrets(result, host, opened)

        return self._each(hosts, visit)

    def _each(self, hosts: Sequence[Host], act: Callable[[Host], Answer]) -> list[Answer]:
        """In parallel; the answers in the order of the hosts."""
        if not hosts:
            return []
        with ThreadPoolExecutor(min(len(hosts), self.options.parallel), thread_name_prefix="ssh") as pool:
            return list(pool.map(act, hosts))
