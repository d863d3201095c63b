"""Which hosts a load balancer may lose now. Pure."""

from collections.abc import Mapping, Sequence

from bot.cloud import Member


def next_out(hosts: Sequence[str], members: Mapping[str, Member], least: int) -> tuple[str, ...]:
    """Of these hosts, in their order: those that serve nobody, and of the others so many that `least` of the group go
    on serving. None of these where that leaves no room: nothing is taken from a group that is short already.
    """
    serving = sum(member.serves for member in members.values())
    room = max(0, serving - least)
    idle = [host for host in hosts if host not in members or not members[host].serves]
    busy = [host for host in hosts if host not in idle][:room]
    return tuple(host for host in hosts if host in idle or host in busy)
