"""What is read before a deploy is decided: its exact release, what that brings, and what stands there now."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.backends.base import Source
from bot.backends.managed import ManagedSite
from bot.engine.journal import Journal
from bot.engine.sites import Sites, managed_site
from bot.engine.systems import Systems
from bot.errors import CloudError, RefUnknown, SourceError
from bot.fleet import Fleet, Service
from bot.grammar import DeployTo
from bot.managed import ManagedOrder
from bot.model import Release, Target
from bot.plan.deploy import DeployFacts, Manner
from bot.plan.handed import pace_of
from bot.plan.irreversible import crossed
from bot.plan.ladder import standing
from bot.records import Changes, Commit, Plan
from bot.refusals import Reason, Refusal

log = structlog.get_logger(__name__)

NUMBERED = re.compile(r"v?\d")
DEFAULT_BRANCH = "HEAD"  # git's name for it


def manner_of(wanted: DeployTo) -> Manner:
    """What was typed beside the release, as the decision takes it."""
    return Manner(wanted.hosts, wanted.strategy, wanted.now)


@dataclass(frozen=True, slots=True)
class Found:
    """The facts of a deploy, with the commits that come and those that go, newest first."""

    facts: DeployFacts
    coming: Sequence[Commit] = ()
    going: Sequence[Commit] = ()


class Findings:
    def __init__(
        self, journal: Journal, source: Source, systems: Systems, sites: Sites, fleet: Callable[[], Fleet]
    ) -> None:
        self._journal = journal
        self._source = source
        self._systems = systems
        self._sites = sites
        self._fleet = fleet

    def of_ref(self, target: Target, ref: str | None) -> Found | Refusal:
        """For a branch, tag or commit; None is the default branch. May take as long as git takes to fetch."""
        service = self._fleet().services[target.service]
        try:
            if site := managed_site(self._fleet(), target):
                return self._facts(target, self._systems.of(site).resolve(site, ref))
            sha = self._source.resolve(service.repo, ref or DEFAULT_BRANCH)
            return self._facts(target, Release(sha, ref or sha))
        except RefUnknown as error:
            return Refusal(Reason.UNKNOWN_REF, error.ref, near=error.near, detail=str(error), target=target)
        except SourceError as error:
            return Refusal(Reason.SOURCE, service.repo, detail=str(error), target=target)
        except CloudError as error:
            return Refusal(Reason.CLOUD, detail=str(error), target=target)

    def of_release(self, target: Target, release: Release) -> Found | Refusal:
        """For a release that stands somewhere else already."""
        try:
            return self._facts(target, release)
        except SourceError as error:
            return Refusal(Reason.SOURCE, self._fleet().services[target.service].repo, detail=str(error), target=target)
        except CloudError as error:
            return Refusal(Reason.CLOUD, detail=str(error), target=target)

    def of_standing(self, before: Target, target: Target) -> Found | Refusal:
        """For the very release that stands in another place."""
        release = self.standing(before)
        if release is None:
            none = Refusal(Reason.NOTHING_TO_PROMOTE, before.environment, target=target)
            return self.unsettled(before, target) or none
        return self.of_release(target, release)

    def unsettled(self, before: Target, target: Target) -> Refusal | None:
        """Whether the other place gets another release just now: none is taken for the one that stands there then."""
        release, running = self.standing(before), self._journal.deploys.running(before)
        if running is None or (release and release.sha == running.release.sha):
            return None
        known = (release.name,) if release else ()
        return Refusal(Reason.UNSETTLED, before.environment, known, target=target, deploy=running)

    def standing(self, target: Target) -> Release | None:
        return standing(self._journal.rungs(target))

    def undone(self, plan: Plan, leaves: Release | None) -> tuple[Changes | None, list[Commit]]:
        """What a rollback from that release takes away; nothing is known of it while the repository cannot be read."""
        service = self._fleet().services[plan.target.service]
        if plan.handed:
            return None, []
        try:
            _, going = self._between(service, leaves, plan.release)
        except SourceError:
            return None, []
        return _changes(service, leaves, plan.release, [], going), going

    def a_ref(self, service: str) -> str:
        """One that exists today, for examples: the newest that is numbered, else the newest."""
        names = self._source.names(self._fleet().services[service].repo)
        return next(filter(NUMBERED.match, names), names[0] if names else "main")

    def _facts(self, target: Target, release: Release) -> Found:
        self._look(target)
        service = self._fleet().services[target.service]
        deployment = service.environments[target.environment]
        good = self.standing(target)
        if site := managed_site(self._fleet(), target):
            return self._handed(target, site, release, good)
        coming, going = self._between(service, good, release)
        facts = DeployFacts(
            release=release,
            hosts=[host.name for host in deployment.hosts],
            strategy=deployment.strategy,
            last_good=good,
            changes=_changes(service, good, release, coming, going),
            irreversible=self._crossed(service, good, release, {commit.sha for commit in (*coming, *going)}),
            checks=deployment.require_checks is not None,
        )
        return Found(facts, coming, going)

    def _look(self, target: Target) -> None:
        """For its hosts, where they are found. While the cloud cannot be read those found last are asked about; raises
        CloudError where none are known.
        """
        try:
            self._sites.look(target)
        except CloudError as error:
            if not self._fleet().hosts(target):
                raise
            log.warning("hosts cannot be looked for; those found last are used", target=str(target), error=str(error))

    def _handed(self, target: Target, site: ManagedSite, release: Release, good: Release | None) -> Found:
        """Of what a system brings by itself: that system says what will change, and git is not asked."""
        service = self._fleet().services[target.service]
        deployment = service.environments[target.environment]
        order = ManagedOrder("", release, pace_of(deployment.strategy))
        facts = DeployFacts(
            release=release,
            hosts=deployment.places,
            strategy=deployment.strategy,
            last_good=good,
            irreversible=crossed(service.irreversible, release, good, {}, set()) if service.irreversible else (),
            checks=deployment.require_checks is not None,
            proposed=self._systems.of(site).propose(site, order),
        )
        return Found(facts)

    def _between(self, service: Service, good: Release | None, release: Release) -> tuple[list[Commit], list[Commit]]:
        """The commits that come, and those that go."""
        if good is None or good.sha == release.sha:
            return [], []
        return self._source.commits_between(service.repo, good.sha, release.sha)

    def _crossed(self, service: Service, good: Release | None, release: Release, passed: set[str]) -> tuple[str, ...]:
        if not service.irreversible:
            return ()
        return crossed(service.irreversible, release, good, self._source.tags(service.repo), passed)


def _changes(
    service: Service, good: Release | None, release: Release, coming: list[Commit], going: list[Commit]
) -> Changes:
    release_url = service.commit.format(sha=release.sha) if service.commit else None
    if good is None or good.sha == release.sha:
        return Changes(0, 0, release_url=release_url)
    compare = service.compare.format(old=good.sha, new=release.sha) if service.compare else None
    return Changes(len(coming), len({commit.author for commit in coming}), len(going), compare, release_url)
