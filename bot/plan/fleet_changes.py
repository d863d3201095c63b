"""What of the fleet file is otherwise than before, service by service. Pure."""

from collections.abc import Iterator

from bot.fleet import Deployment, Fleet, Service
from bot.watch import FleetPart

APART = frozenset({"environments"})  # told by itself, one by one


def changed_parts(before: Fleet | None, after: Fleet) -> tuple[FleetPart, ...]:
    """Of services and deployments that are in the new file; none when nothing of them changed.

    `before` None: there was one, and it cannot be read any more.
    """
    return tuple(_parts(before, after)) if before else (FleetPart(),)


def _parts(before: Fleet, after: Fleet) -> Iterator[FleetPart]:
    for name, service in after.services.items():
        old = before.services.get(name)
        keys = _keys(old, service) if old else ()
        if keys:
            yield FleetPart(name, "", keys)
        for environment, deployment in service.environments.items():
            then = old.environments.get(environment) if old else None
            if then != deployment:
                yield FleetPart(name, environment, _keys(then, deployment) if then else ())


def _keys(before: Service | Deployment, after: Service | Deployment) -> tuple[str, ...]:
    names = type(after).model_fields
    return tuple(name for name in names if name not in APART and getattr(before, name) != getattr(after, name))
