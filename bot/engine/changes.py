"""What changed last at a target: the first question of everybody who is paged."""

from collections.abc import Iterator
from datetime import datetime

from bot.messages.changes import act_words, deploy_words, fleet_words, hold_words, scaled_words
from bot.model import Changed, DeployKind, Release, Target
from bot.plan.back import left_hosts, unnamed
from bot.plan.ladder import ladder, standing
from bot.plan.last_change import Deed, last_changes
from bot.records import Act, Deploy
from bot.scales import Scaling
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.deploys import Deploys
from bot.state.fleets import Fleets
from bot.state.freezes import Freezes
from bot.state.locks import Locks
from bot.state.scales import Scales
from bot.state.silences import Silences

EACH = 5  # newest of a kind that are looked at


class LastChange:
    def __init__(self, db: Database) -> None:
        self._deploys, self._hosts = Deploys(db), DeployHosts(db)
        self._acts = Acts(db)
        self._fleets, self._scales = Fleets(db), Scales(db)
        self._locks, self._freezes, self._silences = Locks(db), Freezes(db), Silences(db)

    def of(self, target: Target, first_failure: datetime) -> Changed | None:
        """The last thing done there before that moment, with the release that a rollback would bring back; None when
        nothing is known.
        """
        found = last_changes(self._deeds(target, first_failure), first_failure)
        if not found:
            return None
        succeeded = self._deploys.succeeded(target)
        last = succeeded[-1] if succeeded else None
        came = last if last and last.plan.kind is DeployKind.DEPLOY else None
        lead, *besides = found
        others = tuple((deed.text, deed.at) for deed in besides)
        at, release = (came.finished_at, came.release) if came else (None, None)
        return Changed(lead.text, lead.at, self._back(target, ladder(succeeded)), at, others, release)

    def _back(self, target: Target, rungs: list[Release]) -> Release | None:
        """Where a rollback would go that names no release."""
        last = self._deploys.last(target)
        return unnamed(rungs, last is not None and left_hosts(last, self._hosts.of(last.id), standing(rungs)))

    def _deeds(self, target: Target, until: datetime) -> Iterator[Deed]:
        yield from (_deploy(deploy, until) for deploy in self._deploys.newest(target, EACH))
        yield from (_act(act, until) for act in self._acts.newest(target, EACH))
        yield from (_scale(act, until) for act in self._scales.newest(target, EACH))
        parts = self._fleets.changed(target, until)
        if parts:
            yield Deed(fleet_words([part for _, part in parts]), parts[0][0])
        yield from self._holds(target)

    def _holds(self, target: Target) -> Iterator[Deed]:
        """By people; windows of the fleet file are no news."""
        for lock in self._locks.newest(target, EACH):
            yield Deed(hold_words("lock", lock.holder, lock.reason), lock.since, alters=False)
        for freeze in self._freezes.newest(target.environment, EACH):
            yield Deed(hold_words("freeze", freeze.by, freeze.reason), freeze.since, alters=False)
        for silence in self._silences.newest(target, EACH):
            yield Deed(hold_words("silence", silence.by, silence.reason), silence.since, alters=False)


def _over(ended: datetime | None, until: datetime) -> datetime | None:
    """The end, if it had come by then."""
    return ended if ended and ended <= until else None


def _deploy(deploy: Deploy, until: datetime) -> Deed:
    ended = _over(deploy.finished_at, until)
    return Deed(deploy_words(deploy, ended is not None), ended or deploy.created_at)


def _act(act: Act, until: datetime) -> Deed:
    ended = _over(act.finished_at, until)
    return Deed(act_words(act, ended is not None), ended or act.created_at)


def _scale(act: Scaling, until: datetime) -> Deed:
    """It takes effect from its beginning on."""
    ended = _over(act.finished_at, until)
    return Deed(scaled_words(act, ended is not None), ended or act.began_at or act.created_at)
