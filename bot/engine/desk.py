"""Where deploys are asked for: read, decide, claim, begin."""

from collections.abc import Callable

from bot.backends.base import Source
from bot.engine.doors import Doors
from bot.engine.journal import Journal
from bot.engine.outages import Outages
from bot.engine.rollout import Rollout
from bot.errors import RefUnknown, SourceError
from bot.fleet import Fleet, Service
from bot.messages.help import example
from bot.model import Release, Target
from bot.plan.deploy import DeployFacts, decide, decide_rollback
from bot.plan.known import find_target
from bot.plan.ladder import standing
from bot.records import Changes, Deploy, Plan, Reason, Refusal
from bot.state.acts import Acts

DEFAULT_BRANCH = "HEAD"  # git's name for it


class DeployDesk:
    def __init__(
        self,
        journal: Journal,
        acts: Acts,
        rollout: Rollout,
        doors: Doors,
        source: Source,
        outages: Outages,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._acts = acts
        self._rollout = rollout
        self._doors = doors
        self._source = source
        self._outages = outages
        self._fleet = fleet

    def ask(self, user: str, service: str, ref: str | None, environment: str) -> Deploy | Refusal:
        """A deploy that has begun, or why not. May take as long as git takes to fetch."""
        fleet = self._fleet()
        target = find_target(fleet, service, environment)
        if isinstance(target, Refusal):
            return target
        closed = self._doors.closed(user, target) or self._busy(target)
        if closed:
            return closed
        facts = self._facts(fleet, target, ref or DEFAULT_BRANCH)
        return facts if isinstance(facts, Refusal) else self._begin(decide(target, facts), user)

    def ask_rollback(self, user: str, incident: str) -> Deploy | Refusal:
        """From an alert's button: back to the very release that the button named."""
        alert = self._outages.open(incident)
        if isinstance(alert, Refusal):
            return alert
        target = alert.incident.target
        closed = self._doors.closed(user, target) or self._busy(target)
        if closed:
            return closed
        deployment = self._fleet().deployment(target)
        if deployment is None:
            return Refusal(Reason.OVER, detail=f"{target} is no longer in the fleet file")
        if not alert.offering:
            return Refusal(Reason.OVER, detail="somebody has pressed it before; the alert says what came of it")
        running = self._journal.deploys.running(target)
        hosts = [host.name for host in deployment.hosts]
        back = alert.sighting.changed.rollback_to if alert.sighting.changed else None
        return self._begin(decide_rollback(target, back, hosts, running), user, alert.incident.id)

    def examples(self, user: str) -> tuple[tuple[str, ...], str]:
        """For help: environments this person may deploy to, and a ref that exists today of the service it will name."""
        fleet, environments = self._fleet(), self._doors.open_to(user)
        service, _ = example(fleet, environments)
        names = self._source.names(fleet.services[service].repo)
        return environments, names[0] if names else "main"

    def _busy(self, target: Target) -> Refusal | None:
        act, deploy = self._acts.running(target), self._journal.deploys.running(target)
        return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act) if act or deploy else None

    def _facts(self, fleet: Fleet, target: Target, ref: str) -> DeployFacts | Refusal:
        service, deployment = fleet.services[target.service], fleet.services[target.service].environments
        place = deployment[target.environment]
        good = standing(self._journal.rungs(target))
        try:
            sha = self._source.resolve(service.repo, ref)
            changes = self._changes(service, good.sha if good else None, sha)
        except RefUnknown as error:
            return Refusal(Reason.UNKNOWN_REF, ref, near=error.near, detail=str(error), target=target)
        except SourceError as error:
            return Refusal(Reason.SOURCE, service.repo, detail=str(error), target=target)
        return DeployFacts(
            release=Release(sha, sha if ref == DEFAULT_BRANCH else ref),
            hosts=[host.name for host in place.hosts],
            strategy=place.strategy,
            last_good=good,
            running=self._journal.deploys.running(target),
            changes=changes,
        )

    def _changes(self, service: Service, old: str | None, new: str) -> Changes:
        release_url = service.commit.format(sha=new) if service.commit else None
        if old is None or old == new:
            return Changes(0, 0, release_url=release_url)
        coming = self._source.commits_between(service.repo, old, new)
        going = self._source.commits_between(service.repo, new, old)
        compare = service.compare.format(old=old, new=new) if service.compare else None
        return Changes(len(coming), len({commit.author for commit in coming}), len(going), compare, release_url)

    def _begin(self, plan: Plan | Refusal, user: str, incident: int | None = None) -> Deploy | Refusal:
        """Claims the place; who loses the race is told who won."""
        if isinstance(plan, Refusal):
            return plan
        deploy = self._journal.open(plan, user, incident)
        if deploy is None:
            return self._busy(plan.target) or Refusal(Reason.BUSY, target=plan.target)
        self._rollout.start(deploy.id)
        return deploy
