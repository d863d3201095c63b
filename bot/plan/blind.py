"""Whether the bot itself cannot see: most of what it asks fails at once, though it has nothing in common. Pure.

A service that is down explains all of its checks and those of what needs it, an address all that is asked there. Only
where it would take several such outages at once, and most of all targets fail, is the bot's own network the likelier
answer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Target
from bot.watch import Dark

ENOUGH = 3  # outages that have nothing in common, at the same moment
DARK, BRIGHT = 0.75, 0.5  # shares of targets that fail: blind from the first one on, until it is below the second
RECENT = timedelta(minutes=1)  # what was asked so long ago still counts when the bot seems to see again


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest answer of one check, asked at `at`; `address` is the machine or name that was asked, `needs` what the
    target cannot do without.
    """

    target: Target
    address: str
    at: datetime
    ok: bool
    needs: frozenset[Target] = frozenset()


def darkness(glances: Iterable[Glance], since: datetime) -> Dark | None:
    """What says that the bot is blind, of all that was asked since the first failure; None when it sees."""
    asked = [one for one in glances if one.at >= since]
    seen, failing = _seen(asked), [one for one in asked if not one.ok]
    if seen.share < DARK:
        return None
    down = {one.target for one in failing}
    pairs = {(one.target.service, one.address) for one in failing if not one.needs & down}
    return seen if separate(pairs, ENOUGH) >= ENOUGH else None


def sees_again(glances: Collection[Glance], since: datetime, known: int) -> bool:
    """Whether what was asked lately, and since the bot was found blind, mostly answers. `known` targets are asked in
    all: a few of them prove nothing, unless there are no more.
    """
    if known == 0:
        return True
    asked = [one for one in glances if one.at > since]
    wanted = min(ENOUGH, known)
    newest = max((one.at for one in asked), default=since)
    lately = _seen([one for one in asked if newest - one.at <= RECENT])
    found = lately if lately.targets >= wanted else _seen(asked)
    return found.targets >= wanted and found.share < BRIGHT


def separate(pairs: Iterable[tuple[str, str]], enough: int) -> int:
    """The fewest services and addresses whose outages explain failures at these (service, address), counted up to
    `enough`: as many pairs as there are that share neither (König).
    """
    edges: dict[str, set[str]] = {}
    for service, address in pairs:
        edges.setdefault(service, set()).add(address)
    matched: dict[str, str] = {}
    found = 0
    for service in edges:
        found += _matches(service, edges, matched, set())
        if found >= enough:
            break
    return found


def _matches(service: str, edges: dict[str, set[str]], matched: dict[str, str], tried: set[str]) -> bool:
    """Finds the service an address of its own, and moves others to another of theirs for that."""
    for address in edges[service] - tried:
        tried.add(address)
        if address not in matched or _matches(matched[address], edges, matched, tried):
            matched[address] = service
            return True
    return False


def _seen(asked: Sequence[Glance]) -> Dark:
    """A target fails when more than half of its checks do."""
    good: dict[Target, int] = {}
    for one in asked:
        good[one.target] = good.get(one.target, 0) + (1 if one.ok else -1)
    return Dark(sum(sum_ < 0 for sum_ in good.values()), len(good), sum(not one.ok for one in asked))
