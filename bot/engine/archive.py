"""Deploys as people look them up: page by page, or one closely."""

from collections.abc import Callable
from dataclasses import replace

from bot.archive import Detail, Leaf, Past
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.fleet import Fleet
from bot.plan.known import find_service, find_target
from bot.refusals import Reason, Refusal

PAGE = 10
NEWEST = 10**18


class Archive:
    def __init__(self, journal: Journal, fleet: Callable[[], Fleet]) -> None:
        self._journal = journal
        self._fleet = fleet

    def page(self, leaf: Leaf) -> Past | Refusal:
        """The deploys of that leaf; one beyond the last is the last."""
        found = self._named(leaf)
        if isinstance(found, Refusal):
            return found
        deploys = self._journal.deploys
        newest = deploys.past(found.service, found.environment, found.upto or NEWEST, 0, 1)
        upto = newest[0].id if newest else 0
        total = deploys.count(found.service, found.environment, upto)
        start = min(max(found.start, 0), max(total - 1, 0)) // PAGE * PAGE
        shown = deploys.past(found.service, found.environment, upto, start, PAGE)
        return Past(replace(found, upto=upto, start=start), tuple(shown), total)

    def _named(self, leaf: Leaf) -> Leaf | Refusal:
        """With the environment's real name."""
        if leaf.environment is None:
            service = find_service(self._fleet(), leaf.service)
            return service if isinstance(service, Refusal) else leaf
        target = find_target(self._fleet(), leaf.service, leaf.environment)
        return target if isinstance(target, Refusal) else replace(leaf, environment=target.environment)

    def closely(self, number: str) -> Detail | Refusal:
        """By the number that was typed, or stands on a button."""
        if not NUMBER.fullmatch(number) or self._journal.deploys.get(int(number)) is None:
            return Refusal(Reason.UNKNOWN_DEPLOY, number)
        deploy_id = int(number)
        questions = self._journal.approvals.of(deploy_id)
        return Detail(self._journal.view(deploy_id), self._journal.steps.of(deploy_id), questions)
