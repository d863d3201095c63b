"""A plan as a hash of what it will do: what people confirm or approve is bound to it."""

import json

from bot.plan.canonical import canonical, digest
from bot.records import Plan

NEWS = frozenset({"changes", "ref"})
"""Fields that only tell: what the commits are, what people call a release. Its SHA says what it is."""


def sealed(plan: Plan) -> str:
    """All that the plan will do, as the text that its hash is taken of; whatever field a plan is given counts."""
    return canonical(plan, NEWS)


def plan_hash(plan: Plan) -> str:
    """The same for plans that do the same, whenever and wherever they were made: 64 hex digits."""
    return digest(sealed(plan))


def sha_of(text: str) -> str:
    """The release's SHA, from a plan's text."""
    return str(json.loads(text)["release"]["sha"])
