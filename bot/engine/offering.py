"""What a service's repository is known to hold: read from what is here already, so that no menu waits for git."""

from collections.abc import Callable

import structlog

from bot.backends.base import Source
from bot.engine.findings import DEFAULT_BRANCH
from bot.errors import SourceError
from bot.fleet import Fleet
from bot.offers import Offers

log = structlog.get_logger(__name__)

COMMITS = 100


class Offering:
    def __init__(self, source: Source, fleet: Callable[[], Fleet]) -> None:
        self._source = source
        self._fleet = fleet

    def of(self, service: str) -> Offers:
        """Nothing for a service that is not in the fleet file, and for one whose repository was never read."""
        found = self._fleet().service(service)
        if found is None:
            return Offers()
        return Offers(tuple(self._source.names(found.repo)), tuple(self._source.recent(found.repo, COMMITS)))

    def freshen(self, service: str) -> None:
        """Reads the repository, so that there is something to offer; as long as git takes."""
        found = self._fleet().service(service)
        if found is None:
            return
        try:
            self._source.resolve(found.repo, DEFAULT_BRANCH)
        except SourceError as error:  # the plan, or the deploy, will say it to whoever goes on
            log.warning("a repository cannot be read", service=service, error=str(error))
