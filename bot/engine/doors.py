"""May this person do that here? A no, and a cannot-tell, are refusals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.errors import SlackError
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.rights import approvers, deployers, forcers, scalers
from bot.refusals import Reason, Refusal


class Registry(Protocol):
    """Who is in which group. Raises SlackError when that cannot be read: then nobody is let in by guess."""

    def may(self, user_id: str, allowed: Sequence[str]) -> bool: ...

    def handles(self) -> Mapping[str, str]: ...


class Doors:
    def __init__(self, people: Registry, fleet: Callable[[], Fleet]) -> None:
        self._people = people
        self._fleet = fleet

    def closed(self, user: str, target: Target) -> Refusal | None:
        """Why this person may not deploy there, or None."""
        return self._closed(user, target, deployers(self._fleet(), target), Reason.FORBIDDEN)

    def closed_to_approve(self, user: str, target: Target) -> Refusal | None:
        """Why this person's click on an approval does not count, or None."""
        return self._closed(user, target, approvers(self._fleet(), target), Reason.MAY_NOT_APPROVE)

    def closed_to_abort(self, user: str, target: Target) -> Refusal | None:
        """Why this person may not stop a deploy there, nor say what follows, or None: whoever may deploy or approve."""
        closed = self.closed(user, target)
        return closed if closed and self.closed_to_approve(user, target) else None

    def closed_to_force(self, user: str, target: Target) -> Refusal | None:
        """Why this person may not pass a freeze there, or None."""
        return self._closed(user, target, forcers(self._fleet(), target), Reason.MAY_NOT_FORCE)

    def closed_to_scale(self, user: str, target: Target) -> Refusal | None:
        """Why this person may not change the number of hosts there, or None."""
        return self._closed(user, target, scalers(self._fleet(), target), Reason.MAY_NOT_SCALE)

    def closed_to_step(self, user: str, target: Target, step: str, who: tuple[str, ...]) -> Refusal | None:
        """Why this person may not run the named step there, or None; `who` is empty where whoever may deploy may."""
        if not who:
            return self.closed(user, target)
        closed = self._closed(user, target, who, Reason.MAY_NOT_RUN)
        return replace(closed, name=step) if closed else None

    def _closed(self, user: str, target: Target, allowed: tuple[str, ...], reason: Reason) -> Refusal | None:
        if not allowed:
            return None
        try:
            inside = self._people.may(user, allowed)
        except SlackError as error:
            return Refusal(Reason.UNSURE_WHO, target=target, detail=str(error))
        return None if inside else Refusal(reason, target=target, known=allowed)

    def groups(self) -> Mapping[str, str]:
        """Group ids by handle, for mentions; none when they cannot be read: a handle then pings nobody."""
        try:
            return self._people.handles()
        except SlackError:
            return {}

    def open_to(self, user: str) -> tuple[str, ...]:
        """Environments this person may deploy to, in the order of promotion."""
        fleet = self._fleet()
        return tuple(name for name in fleet.environments if self.closed(user, Target("", name)) is None)

    def forced_by(self, user: str) -> tuple[str, ...]:
        """Environments where this person may pass freezes and CI checks."""
        fleet = self._fleet()
        return tuple(name for name in fleet.environments if self.closed_to_force(user, Target("", name)) is None)
