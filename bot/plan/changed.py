"""What a plan does otherwise than the one that somebody was shown."""

import json
from collections.abc import Iterator
from typing import Any

from bot.model import short
from bot.plan.seal import sealed
from bot.proposals import Change
from bot.records import Plan

NOTHING = "nothing"


def changes(shown: str, plan: Plan) -> tuple[Change, ...]:
    """In words, from the text that the shown plan's hash was taken of; none when both do the same."""
    return tuple(_changes(json.loads(shown), json.loads(sealed(plan))))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old != new:
            what, words = CALLED.get(key, (key, _plainly))
            yield Change(what, words(old), words(new))


def _release(found: Any) -> str:
    return short(str(found["sha"])) if found else NOTHING


def _hosts(found: Any) -> str:
    """Batch by batch."""
    return " | ".join(", ".join(batch) for batch in found or ()) or NOTHING


def _stages(found: Any) -> str:
    return ", ".join(str(stage["name"]) for stage in found or ()) or NOTHING


def _names(found: Any) -> str:
    return ", ".join(map(str, found or ())) or NOTHING


def _handed(found: Any) -> str:
    """What the system would do; two that say the same still differ in what they are bound to."""
    return f"{'; '.join(found['does']) or 'nothing changes'} ({found['seal'][:8]})" if found else NOTHING


def _plainly(found: Any) -> str:
    return found if isinstance(found, str) and found else json.dumps(found) if found else NOTHING


CALLED = {
    "release": ("release", _release),
    "fallback": ("release now, and the way back", _release),
    "batches": ("hosts", _hosts),
    "stages": ("stages", _stages),
    "handed": ("what the system that runs it would do", _handed),
    "irreversible": ("irreversible releases on the way", _names),
}
