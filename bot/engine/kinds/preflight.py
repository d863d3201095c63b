"""The stage that looks at hosts before any is touched."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.backends.base import Backend, HostFacts, Prober
from bot.engine.health import question
from bot.engine.sites import Place, Sites
from bot.engine.stage_ends import StageEnds
from bot.messages.failures import failure_words, ready_words
from bot.model import HostState
from bot.plan.strategy import down_first, failures, left_out
from bot.records import DeployView, HostLine


class Preflight:
    """Looks at every host before any is touched, and says which go first: those that are down already."""

    def __init__(self, ends: StageEnds, sites: Sites, backend: Backend, prober: Prober) -> None:
        self._ends = ends
        self._sites = sites
        self._backend = backend
        self._prober = prober

    def __call__(self, view: DeployView, position: int) -> bool:
        plan, place = view.deploy.plan, self._sites.place(view.deploy.target)
        members = left_out(view.hosts, place.hosts)
        asked = [line for line in members if line.state is not HostState.LEFT]
        seen = {fact.host: fact for fact in self._backend.survey(place.site, place.hosts_of(_names(asked)))}
        looked = [_looked_at(line, seen.get(line.host)) for line in members]
        found = failures(looked, plan.tolerance)
        able = [line for line in looked if line.to_come]
        if found.too_many or not able:
            waiting = [replace(line, state=HostState.WAITING) for line in looked]
            return self._ends.end(view.deploy.id, position, waiting, failure_words(looked, found))
        lines = down_first(self._health(place, looked), [len(batch) for batch in plan.batches])
        return self._ends.end(view.deploy.id, position, lines, words=ready_words(lines))

    def _health(self, place: Place, lines: Sequence[HostLine]) -> list[HostLine]:
        """Asks once: it decides nothing but the order."""
        names = _names(line for line in lines if line.to_come)
        asks = [question(place.health, host) for host in place.hosts_of(names)]
        down = {name for name, probe in zip(names, self._prober.probe(asks), strict=True) if not probe.ok}
        return [replace(line, was_down=line.host in down) for line in lines]


def _looked_at(line: HostLine, fact: HostFacts | None) -> HostLine:
    """A host that a crashed run of this stage already looked at keeps what stood there first."""
    if fact is None:
        return line
    state = HostState.WAITING
    if fact.trouble:
        state = HostState.UNCHANGED if fact.reachable else HostState.SKIPPED
    return replace(line, state=state, before=line.before or fact.current, detail=fact.trouble)


def _names(lines: Iterable[HostLine]) -> list[str]:
    return [line.host for line in lines]
