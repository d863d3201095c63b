"""What stands in the way, host by host, in one line."""

from collections.abc import Iterable

MOST = 5


def obstacles(found: Iterable[tuple[str, str]]) -> str:
    """`web3: unreachable; web4: no room` from (host, trouble) pairs; hosts without trouble are passed over."""
    told = [f"{host}: {trouble}" for host, trouble in found if trouble]
    more = len(told) - MOST
    return "; ".join(told[:MOST]) + (f"; and {more} more" if more > 0 else "")
