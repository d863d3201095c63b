"""What a deployment cannot have whose system brings releases by itself: whatever is done host by host."""

from collections.abc import Iterator

from bot.fleet.deployment import Deployment
from bot.fleet.problems import Finding, finding
from bot.fleet.reading import Place, Reading
from bot.model import Action

HOST_KEYS = ("actions", "keep")
HOST_STRATEGY = ("max_failures", "max_unavailable", "unreachable", "analysis", "keep")
NO_HOSTS = "is done host by host, and there are none: {} brings releases by itself"


def managed_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """None for a deployment on hosts."""
    if deployment.managed is None:
        return
    words = NO_HOSTS.format(deployment.backend)
    for key in HOST_KEYS:
        if key in deployment.model_fields_set:
            yield finding(reading, (*place, key), words, hint="leave it out")
    for key in HOST_STRATEGY:
        if key in deployment.strategy.model_fields_set:
            yield finding(reading, (*place, "strategy", key), words, hint="leave it out")
    yield from _strategy(reading, (*place, "strategy"), deployment)
    yield from _ci(reading, (*place, "require_checks"), deployment)
    for number, check in enumerate(deployment.checks):
        here = (*place, "checks", number)
        if check.per_host or check.ssh:
            key = "per_host" if check.per_host else "ssh"
            yield finding(reading, (*here, key), words, hint="ask the service by its address")
        if check.action not in (Action.ROLLBACK, Action.RUNBOOK):
            yield finding(reading, (*here, "action"), words, str(check.action), "rollback or runbook")


def _strategy(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    strategy = deployment.strategy
    if strategy.kind == "blue_green":
        what = f"keeps the old release on hosts, which {deployment.backend} does not have"
        yield finding(reading, (*place, "kind"), what, strategy.kind, "all_at_once, rolling or canary")
    if strategy.kind == "canary" and deployment.backend == "cloudformation":
        what = "stops after a first share, and a stack is changed as a whole"
        yield finding(reading, (*place, "kind"), what, strategy.kind, "rolling, with approve: true for its change set")
    for number, batch in enumerate(strategy.batches):
        if strategy.kind == "canary" and isinstance(batch, int):
            what = f"counts hosts, and {deployment.backend} has none"
            yield finding(reading, (*place, "batches", number), what, batch, 'a share such as "10%"')


def _ci(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """Only a commit has CI checks."""
    if deployment.require_checks and deployment.managed and not deployment.managed.COMMITS:
        what = f"asks about a commit, and what {deployment.backend} brings is none"
        yield finding(reading, place, what, hint="ask where the image is built: leave it out here")
