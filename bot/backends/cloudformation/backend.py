"""CloudFormation as a system that brings a release by itself: fills Managed of bot/backends/managed.py."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudformation.change_sets import ChangeSet, ChangeSets
from bot.backends.cloudformation.course import course_of
from bot.backends.cloudformation.drift import drift_of
from bot.backends.cloudformation.events import Run, release_of, run_of, token, token_back
from bot.backends.cloudformation.stack import CANCEL, Found, cancel, find, obstacle
from bot.backends.managed import ManagedSite
from bot.errors import CloudRefused
from bot.fleet.cloudformation import Cloudformation
from bot.managed import Course, ManagedFacts, ManagedOrder, Proposed
from bot.model import Release

EXECUTE = "cloudformation:ExecuteChangeSet"
HEAD = "HEAD"
UNDER_WAY = "UPDATE_IN_PROGRESS"
"""Only then AWS lets an update be cancelled."""


class Files(Protocol):
    """Where templates come from: a part of base.Source."""

    def resolve(self, repo: str, ref: str) -> str: ...

    def read_file(self, repo: str, sha: str, path: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Hand:
    """What is needed to work on one stack."""

    stack: Cloudformation
    client: Any
    found: Found
    sets: ChangeSets


class Stacks:
    """May be used from any thread."""

    def __init__(self, sessions: Sessions, files: Files, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sessions = sessions
        self._files = files
        self._sleep = sleep

    def resolve(self, site: ManagedSite, ref: str | None) -> Release:
        """The commit; the template must be in it."""
        sha = self._files.resolve(site.repo, ref or HEAD)
        self._files.read_file(site.repo, sha, site.of(Cloudformation).template)
        return Release(sha, ref or sha)

    def standing(self, site: ManagedSite) -> ManagedFacts:
        hand = self._hand(site)
        if hand.found.is_new:
            return ManagedFacts(None, words="there is no stack yet")
        drift = drift_of(hand.client, hand.stack, hand.found)
        release = release_of(hand.client, hand.stack)
        return ManagedFacts(release, obstacle(hand.stack, hand.found), 1, drift, hand.found.status)

    def propose(self, site: ManagedSite, order: ManagedOrder) -> Proposed:
        """A change set that CloudFormation makes; people see it, and that very one is executed."""
        if order.pace.checkpoints:
            raise CloudRefused(EXECUTE, "a stack is changed as a whole, and knows no first share")
        hand = self._hand(site)
        change_set = self._planned(hand, site, order)
        if change_set is None:
            return Proposed(())
        first = f"stack {hand.stack.stack} is {'made' if hand.found.is_new else 'changed'}"
        lines = tuple(map(str, change_set.changes)) or (f"{first}: no resource, only its outputs, tags or rules",)
        return Proposed(lines, _seal(change_set))

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        hand = self._hand(site)
        if self._run(hand, order).status:
            return
        change_set = self._planned(hand, site, order)
        if change_set is None:
            raise CloudRefused(
                EXECUTE, f"{hand.stack.stack} stands already as {order.release} wants it: nothing was done"
            )
        if order.seal and order.seal != _seal(change_set):
            words = "the stack has changed since that was approved, so it was planned again: look at the new plan"
            raise CloudRefused(EXECUTE, f"{hand.stack.stack}: {words}")
        hand.sets.execute(change_set, token(order.id, order.release.sha))

    def look(self, site: ManagedSite, order: ManagedOrder) -> Course:
        hand = self._hand(site)
        return course_of(hand.stack.stack, self._run(hand, order))

    def go_on(self, site: ManagedSite, order: ManagedOrder, checkpoint: int) -> None:
        """CloudFormation knows no checkpoint."""

    def turn_back(self, site: ManagedSite, order: ManagedOrder) -> None:
        """Cancels an update while AWS lets it; one that is further can only run to its end."""
        hand = self._hand(site)
        status = self._run(hand, order).status
        if status == UNDER_WAY:
            cancel(hand.client, hand.stack, token_back(order.id, order.release.sha))
        elif status == "CREATE_IN_PROGRESS":
            words = "AWS cannot cancel the making of a stack: wait for its end, or delete the stack in AWS"
            raise CloudRefused(CANCEL, f"{hand.stack.stack}: {words}")

    def _planned(self, hand: Hand, site: ManagedSite, order: ManagedOrder) -> ChangeSet | None:
        """None when there is nothing to change. Raises CloudRefused where no change can be planned."""
        if words := obstacle(hand.stack, hand.found):
            raise CloudRefused(EXECUTE, words)
        body = self._files.read_file(site.repo, order.release.sha, hand.stack.template)
        made = hand.sets.plan(order.release, body, hand.found)
        if made.empty:
            hand.sets.delete(made.id)
            return None
        if not made.ready:
            words = made.reason or f"it is {made.status}, {made.execution}"
            raise CloudRefused("cloudformation:CreateChangeSet", f"{hand.stack.template} cannot be planned: {words}")
        return made

    def _run(self, hand: Hand, order: ManagedOrder) -> Run:
        return Run() if hand.found.is_new else run_of(hand.client, hand.stack, order.id, order.release.sha)

    def _hand(self, site: ManagedSite) -> Hand:
        client, stack = self._sessions.client("cloudformation", site.account), site.of(Cloudformation)
        return Hand(stack, client, find(client, stack), ChangeSets(client, stack, self._sleep))


def _seal(change_set: ChangeSet) -> str:
    """Of the template, the parameters, the state of the stack (all in its name) and what would happen."""
    facts = [change_set.name, *map(str, change_set.changes)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
