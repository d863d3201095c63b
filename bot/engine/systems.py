"""Systems that bring releases by themselves, by their backend's name."""

from collections.abc import Mapping

from bot.backends.managed import Managed, ManagedSite
from bot.errors import PointsmanError


class Systems:
    def __init__(self, known: Mapping[str, Managed]) -> None:
        self._known = known

    def of(self, site: ManagedSite) -> Managed:
        """Raises PointsmanError when there is none of that name."""
        name = site.config.BACKEND
        if name not in self._known:
            raise PointsmanError(f"{site.service} in {site.environment} is run by {name}, which this bot cannot reach")
        return self._known[name]
