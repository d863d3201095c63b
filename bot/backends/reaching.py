"""Hosts that are reached in different ways: the site says which."""

from collections.abc import Sequence

from bot.backends.base import Backend, HostFacts, HostResult, Order, Progress, Site, StepSpec
from bot.model import Host


class Reaching:
    """Fills base.Backend by two others: Systems Manager for sites that say so, SSH for all else."""

    def __init__(self, ssh: Backend, ssm: Backend) -> None:
        self._ssh = ssh
        self._ssm = ssm

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        return self._of(site).survey(site, hosts)

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._of(site).bring(site, order, hosts, progress)

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._of(site).prepare(site, order, hosts, progress)

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._of(site).retire(site, order, hosts)

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        return self._of(site).command(site, order, hosts, spec)

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._of(site).restart(site, order, hosts)

    def _of(self, site: Site) -> Backend:
        return self._ssm if site.ssm else self._ssh
