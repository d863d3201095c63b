"""Is this a target of the fleet? Never guesses: an unknown name is answered with the nearest that exist."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

from bot.fleet import Fleet
from bot.model import Target
from bot.records import Reason, Refusal

NEAR_ENOUGH = 60  # of 100, rapidfuzz' weighted ratio


def find_service(fleet: Fleet, name: str) -> str | Refusal:
    if fleet.service(name):
        return name
    known = tuple(fleet.services)
    return Refusal(Reason.UNKNOWN_SERVICE, name, known, nearest(name, known))


def find_target(fleet: Fleet, service: str, environment: str) -> Target | Refusal:
    found = find_service(fleet, service)
    if isinstance(found, Refusal):
        return found
    target = Target(service, environment)
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


def nearest(name: str, known: Collection[str], most: int = 3) -> tuple[str, ...]:
    """Those that may be meant, the likeliest first: a beginning (`prod`) counts, a slip of the keyboard counts more."""
    name = name.lower()
    found = [match for match, _, _ in process.extract(name, list(known), limit=None, score_cutoff=NEAR_ENOUGH)]
    return tuple(sorted(found, key=lambda match: -fuzz.ratio(name, match))[:most])
