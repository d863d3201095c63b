"""May this person do that here? A no, and a cannot-tell, are refusals."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.errors import SlackError
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.rights import deployers
from bot.records import Reason, Refusal


class Registry(Protocol):
    """Who is in which group. Raises SlackError when that cannot be read: then nobody is let in by guess."""

    def may(self, user_id: str, allowed: Sequence[str]) -> bool: ...


class Doors:
    def __init__(self, people: Registry, fleet: Callable[[], Fleet]) -> None:
        self._people = people
        self._fleet = fleet

    def closed(self, user: str, target: Target) -> Refusal | None:
        """Why this person may not deploy there, or None."""
        allowed = deployers(self._fleet(), target)
        if not allowed:
            return None
        try:
            inside = self._people.may(user, allowed)
        except SlackError as error:
            return Refusal(Reason.UNSURE_WHO, target=target, detail=str(error))
        return None if inside else Refusal(Reason.FORBIDDEN, target=target, known=allowed)

    def open_to(self, user: str) -> tuple[str, ...]:
        """Environments this person may deploy to, in the order of promotion."""
        fleet = self._fleet()
        return tuple(name for name in fleet.environments if self.closed(user, Target("", name)) is None)
