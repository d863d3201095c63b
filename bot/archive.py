"""What people look at of deploys afterwards: a page of them, or one closely."""

from dataclasses import dataclass
from datetime import datetime

from bot.records import Approval, Deploy, DeployView

HEALTH = "health"
"""Follows the last of model.Step: the host is asked whether it is well."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which part of a service's deploys is looked at: those from `start` (counted from 0, newest first) on, none newer
    than the number `upto` (0: whatever is newest now), so that pages stay what they were while new deploys begin.
    `environment` None: all of them.
    """

    service: str
    environment: str | None = None
    upto: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """One page of a service's deploys, newest first, of `total` in all."""

    leaf: Leaf
    deploys: tuple[Deploy, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HostStep:
    """One host began a step of a deploy: the value of a model.Step, or HEALTH."""

    host: str
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """A deploy with all that is kept of it: `steps` in their order, `questions` with who answered."""

    view: DeployView
    steps: tuple[HostStep, ...] = ()
    questions: tuple[Approval, ...] = ()
