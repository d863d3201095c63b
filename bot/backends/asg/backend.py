"""Auto Scaling groups as a system that brings a release by itself: fills Managed of bot/backends/managed.py."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.backends.asg.course import BAD, course_back, course_of, proposal
from bot.backends.asg.images import image_of, images
from bot.backends.asg.preferences import LONGEST, preferences
from bot.backends.asg.refreshes import REVERSIBLE, Refresh, Refreshes, after, of_version
from bot.backends.asg.standing import MOVING, Standing, pin, standing_of, troubles
from bot.backends.asg.templates import LaunchTemplate, Version, source_of
from bot.backends.aws_sessions import Sessions
from bot.backends.managed import ManagedSite
from bot.errors import CloudAway, CloudRefused, RefUnknown
from bot.fleet.asg import Asg
from bot.managed import Course, ManagedFacts, ManagedOrder, Phase, Proposed
from bot.model import Release

START = "autoscaling:StartInstanceRefresh"
PAUSE = timedelta(seconds=3)
CANCEL = timedelta(minutes=2)
"""So long a cancelled refresh is waited for within one call; the next call goes on waiting."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What is needed to work on one group."""

    group: Asg
    autoscaling: Any
    ec2: Any
    standing: Standing
    template: LaunchTemplate
    refreshes: Refreshes


class AutoScalingGroups:
    """May be used from any thread."""

    def __init__(self, sessions: Sessions, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sessions = sessions
        self._sleep = sleep

    def resolve(self, site: ManagedSite, ref: str | None) -> Release:
        ec2, group = self._sessions.client("ec2", site.account), site.of(Asg)
        if ref is None:
            found = images(ec2, group)
            if not found:
                raise RefUnknown("latest")
            return Release(found[0].id, found[0].says)
        return Release(image_of(ec2, group, ref).id, ref)

    def standing(self, site: ManagedSite) -> ManagedFacts:
        hand = self._hand(site)
        number = hand.template.number(hand.standing.version)
        running = next((one for one in hand.refreshes.all() if one.runs), None)
        return ManagedFacts(
            current=hand.template.version(number).image or None,
            trouble=_busy(hand.group.group, running) if running else "",
            parts=len(hand.standing.instances),
            drift=_drift(hand, number),
            words=f"launch template version {number}",
        )

    def propose(self, site: ManagedSite, order: ManagedOrder) -> Proposed:
        if order.pace.checkpoints and order.pace.patience.total_seconds() > LONGEST:
            raise CloudRefused(START, "AWS goes on by itself after two days at a checkpoint: decide sooner than that")
        hand = self._hand(site)
        versions, number = hand.template.versions(), hand.template.number(hand.standing.version)
        source, user_data = source_of(versions, number, order.release.sha, hand.group.user_data)
        if (
            source.number == number
            and source.image == order.release.sha
            and user_data is None
            and not _drift(hand, number)
        ):
            return Proposed(())
        lines = proposal(order.release, source, number, hand.standing)
        facts = [hand.group.group, order.release.sha, number, hand.group.user_data, *lines]
        return Proposed(lines, hashlib.sha256(json.dumps(facts).encode()).hexdigest())

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        hand = self._hand(site)
        version = hand.template.of(order.id)
        known = hand.refreshes.all()
        if version and of_version(known, version.number):
            return
        if running := next((one for one in known if one.runs), None):
            raise CloudRefused(START, _busy(hand.group.group, running))
        version = version or self._version(hand, order)
        hand.refreshes.start(hand.standing, version.number, preferences(hand.group, order.pace.checkpoints))

    def look(self, site: ManagedSite, order: ManagedOrder) -> Course:
        hand = self._hand(site)
        ours = _ours(hand, order)
        if ours is None:
            return Course(Phase.UNBEGUN)
        newest = ours.back or ours.refresh
        course = course_back(ours.back) if ours.back else course_of(ours.refresh, order.pace.checkpoints)
        if course.phase not in BAD:
            return course
        return replace(course, reasons=(*course.reasons, *troubles(hand.autoscaling, hand.group, newest.began)))

    def go_on(self, site: ManagedSite, order: ManagedOrder, checkpoint: int) -> None:
        """AWS has no word for it: this refresh is cancelled, and another one does the rest of the group."""
        hand = self._hand(site)
        ours = _ours(hand, order)
        if ours is None or ours.back:
            return
        at = course_of(ours.refresh, order.pace.checkpoints).checkpoint
        if at != checkpoint and ours.refresh.status != "Cancelling":
            return
        if ours.refresh.status == "InProgress":
            hand.refreshes.cancel()
        if self._ended(hand, ours.version.number).status == "Cancelled":
            rest = order.pace.checkpoints[checkpoint + 1 :]
            hand.refreshes.start(hand.standing, ours.version.number, preferences(hand.group, rest))

    def turn_back(self, site: ManagedSite, order: ManagedOrder) -> None:
        """By AWS's own rollback; where it has none, by a refresh that brings the older version again."""
        hand = self._hand(site)
        ours = _ours(hand, order)
        if ours is None or ours.back or ours.refresh.status == "RollbackInProgress":
            return
        if not ours.refresh.runs and ours.refresh.checkpoint is None:
            return
        if ours.refresh.status in REVERSIBLE:
            if hand.refreshes.back():
                return
            hand.refreshes.cancel()
        if self._ended(hand, ours.version.number).status == "Cancelled":
            hand.refreshes.start(hand.standing, ours.version.before, preferences(hand.group, ()))

    def _version(self, hand: Hand, order: ManagedOrder) -> Version:
        """The order's own, which did not exist; before it the group is set to a number, where it has none."""
        before = hand.template.number(hand.standing.version)
        if hand.standing.version in MOVING:
            pin(hand.autoscaling, hand.standing, before)
        source, user_data = source_of(hand.template.versions(), before, order.release.sha, hand.group.user_data)
        return hand.template.make(order.id, order.release, source.number, before, user_data)

    def _ended(self, hand: Hand, version: str) -> Refresh:
        """The refresh once it has stopped. Raises CloudAway when that takes long: the same call again waits on."""
        for _ in range(int(CANCEL / PAUSE)):
            found = of_version(hand.refreshes.all(), version)
            if found and not found.runs:
                return found
            self._sleep(PAUSE.total_seconds())
        raise CloudAway("autoscaling:CancelInstanceRefresh", f"{hand.group.group}: AWS is still ending its refresh")

    def _hand(self, site: ManagedSite) -> Hand:
        autoscaling = self._sessions.client("autoscaling", site.account)
        ec2, group = self._sessions.client("ec2", site.account), site.of(Asg)
        standing = standing_of(autoscaling, group)
        template = LaunchTemplate(ec2, standing.template)
        return Hand(group, autoscaling, ec2, standing, template, Refreshes(autoscaling, group.group))


@dataclass(frozen=True, slots=True)
class Ours:
    """What belongs to one order: its version, the newest refresh that brings it, and one after it that goes back."""

    version: Version
    refresh: Refresh
    back: Refresh | None


def _ours(hand: Hand, order: ManagedOrder) -> Ours | None:
    version = hand.template.of(order.id)
    known = hand.refreshes.all() if version else []
    refresh = of_version(known, version.number) if version else None
    if version is None or refresh is None:
        return None
    return Ours(version, refresh, of_version(after(known, refresh), version.before))


def _busy(group: str, running: Refresh) -> str:
    return (
        f"an instance refresh that is not this deploy's is at work in {group} ({running.status}, {running.percent} %): "
        "wait until it is over, or cancel it in AWS, then deploy again"
    )


def _drift(hand: Hand, number: str) -> tuple[str, ...]:
    same = hand.standing.at(number)
    others = [one for one in hand.standing.instances if one not in same]
    return tuple(
        f"{one.id} runs launch template version {one.version or '(none)'}, not {number}, and is {one.state}"
        for one in others
    )
