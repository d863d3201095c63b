"""How long deploys have taken lately."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from bot.model import DeployState
from bot.records import Deploy, Plan

PAST = 5  # deploys that count


def took(past: Iterable[Deploy], plan: Plan, now: datetime) -> tuple[timedelta, ...]:
    """Of the last good ones of that kind there, newest first; `past` may hold other places, kinds and ends."""
    alike = (one for one in past if one.target == plan.target and one.plan.kind is plan.kind)
    good = (one for one in alike if one.state is DeployState.SUCCEEDED)
    return tuple(one.took(now) for one in islice(good, PAST))
