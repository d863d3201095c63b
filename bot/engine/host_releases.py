"""Which release each host runs, as far as the deploys that dealt with it know, or the act that made it."""

from collections.abc import Collection

from bot.model import Target
from bot.plan.releases import now_on
from bot.records import Deploy, HostLine
from bot.state.deploy_hosts import DeployHosts
from bot.state.deploys import Deploys
from bot.state.equipped_hosts import EquippedHosts

RECENT = 10  # deploys that are looked through


class HostReleases:
    def __init__(self, deploys: Deploys, hosts: DeployHosts, equipped: EquippedHosts) -> None:
        self._deploys, self._hosts, self._equipped = deploys, hosts, equipped

    def of(self, target: Target, hosts: Collection[str]) -> dict[str, str]:
        """SHAs by host; one of which nothing is known is not among them."""
        lines = self._lines(target, hosts)
        known = {host: now_on(line, deploy) for host, (line, deploy) in lines.items()}
        made = {host: sha for host, sha in self._equipped.of(target).items() if host not in lines}
        return {host: sha for host, sha in {**made, **known}.items() if sha and host in hosts}

    def _lines(self, target: Target, hosts: Collection[str]) -> dict[str, tuple[HostLine, Deploy]]:
        """What the newest deploy that dealt with each host knows of it: the last one may have been for some only."""
        found: dict[str, tuple[HostLine, Deploy]] = {}
        for deploy in self._deploys.newest(target, RECENT):
            for line in self._hosts.of(deploy.id):
                found.setdefault(line.host, (line, deploy))
            if set(hosts) <= found.keys():
                break
        return found
