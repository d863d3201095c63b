"""In which order services are told: who wants somebody comes first. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import Health
from bot.standing import TargetView

Row = Sequence[TargetView]
ORDER = {Health.DOWN: 0, Health.UNKNOWN: 1, Health.UP: 2}


def worst_first(rows: Sequence[Row], environments: Sequence[str]) -> list[Row]:
    """What is down by how late its environment comes, then what is not known, what flaps, has hosts on another release,
    is deploying, or is held; each by name.
    """
    places = {name: number for number, name in enumerate(environments)}
    return sorted(rows, key=lambda row: _badness(row, places))


def _badness(row: Row, places: dict[str, int]) -> tuple[int, int, int, str]:
    worst = min(0 if troubled(view) else ORDER[view.vitals.health] for view in row)
    down = [places.get(view.target.environment, 0) for view in row if troubled(view)]
    return worst, -max(down, default=0), min(_unrest(view) for view in row), row[0].target.service


def _unrest(view: TargetView) -> int:
    signs = (flapping(view), view.drifted, view.deploying, view.hold.lock or view.hold.frozen)
    return next((number for number, sign in enumerate(signs) if sign), len(signs))


def troubled(view: TargetView) -> bool:
    """Whether it is down, by its own checks or by what somebody else says."""
    return view.vitals.health is Health.DOWN or bool(view.vitals.incidents)


def flapping(view: TargetView) -> list[datetime]:
    """Since when those of its checks flap that do."""
    return [since for check in view.vitals.checks if (since := check.state.flapping_since)]
