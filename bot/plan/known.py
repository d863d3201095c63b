"""Is this a part of the fleet? Never guesses: an unknown name is answered with the nearest that exist."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot.fleet import Fleet
from bot.holds import Scope
from bot.model import Target
from bot.refusals import Reason, Refusal

NEAR_ENOUGH = 60  # of 100, rapidfuzz' weighted ratio


def find_service(fleet: Fleet, name: str) -> str | Refusal:
    if fleet.service(name):
        return name
    known = tuple(fleet.services)
    return Refusal(Reason.UNKNOWN_SERVICE, name, known, nearest(name, known))


def find_environment(fleet: Fleet, name: str) -> str | Refusal:
    """By its name or a short name; for what concerns all services of an environment."""
    known = fleet.environments
    found = fleet.aliases.get(name, name)
    return found if found in known else Refusal(Reason.UNKNOWN_ENVIRONMENT, name, known, nearest(name, known))


def find_target(fleet: Fleet, service: str, environment: str) -> Target | Refusal:
    """`environment` may be a short name (`aliases` in the fleet file); the target has the real one."""
    found = find_service(fleet, service)
    if isinstance(found, Refusal):
        return found
    target = Target(service, fleet.aliases.get(environment, environment))
    if fleet.deployment(target):
        return target
    known = tuple(other.environment for other in fleet.targets() if other.service == service)
    return Refusal(Reason.UNKNOWN_ENVIRONMENT, environment, known, nearest(environment, known), target=target)


def find_place(fleet: Fleet, service: str, environment: str | None) -> Target | Refusal:
    """The target; without an environment the only one that the service runs in, never one of several."""
    if environment is not None:
        return find_target(fleet, service, environment)
    found = find_service(fleet, service)
    if isinstance(found, Refusal):
        return found
    places = [target for target in fleet.targets() if target.service == service]
    if len(places) == 1:
        return places[0]
    return Refusal(Reason.WHICH_ENVIRONMENT, service, tuple(place.environment for place in places))


def find_scope(fleet: Fleet, service: str | None, environment: str | None) -> Scope | Refusal:
    """What a lock lies on; without a service the whole environment. Who names only an environment is told how."""
    if service is None:
        found = find_environment(fleet, environment or "")
        return found if isinstance(found, Refusal) else Scope(found)
    place = find_place(fleet, service, environment)
    if not isinstance(place, Refusal):
        return Scope(place.environment, place.service)
    whole = environment is None and not fleet.service(service) and isinstance(find_environment(fleet, service), str)
    return replace(place, near=(f"all in {service}",)) if whole else place


def find_hosts(fleet: Fleet, target: Target, names: Sequence[str]) -> tuple[str, ...] | Refusal:
    """The hosts of these names, in that order; the first unknown one is refused. No names: no hosts."""
    return among(target, [host.name for host in fleet.hosts(target)], names)


def among(target: Target, hosts: Sequence[str], names: Sequence[str]) -> tuple[str, ...] | Refusal:
    """The names, each once, when all are hosts of the target; the first unknown one is refused."""
    known = tuple(hosts)
    for name in names:
        if name not in known:
            return Refusal(Reason.UNKNOWN_HOST, name, known, nearest(name, known), target=target)
    return tuple(dict.fromkeys(names))


def nearest(name: str, known: Collection[str], most: int = 3) -> tuple[str, ...]:
    """Those that may be meant, the likeliest first: a beginning (`prod`) counts, a slip of the keyboard counts more."""
    name = name.lower()
    found = [match for match, _, _ in process.extract(name, list(known), limit=None, score_cutoff=NEAR_ENOUGH)]
    return tuple(sorted(found, key=lambda match: -fuzz.ratio(name, match))[:most])
