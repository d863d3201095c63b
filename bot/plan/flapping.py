"""Whether a check goes up and down so often that each turn is no news. Pure.

The share of changes among the last 21 results, newer ones weighing more, as Nagios does; between the two thresholds
it stays what it was.
"""

from dataclasses import replace
from datetime import datetime

from bot.model import Health
from bot.watch import CheckState

KEPT = 21  # results
BEGINS, CALMS = 0.3, 0.2  # shares of changes: flapping from the first one on, until it is below the second
OLDEST, NEWEST = 0.75, 1.25  # weights of a change; those between lie on a line


def followed(state: CheckState, at: datetime) -> CheckState:
    """The state with its newest result, asked at `at`, among those that are kept.

    `past` holds one bit for each, newest last, set for down; a set bit stands before the oldest one.
    """
    if state.health is Health.UNKNOWN:
        return state
    bits = (state.past << 1) | (state.health is Health.DOWN)
    past = bits if bits.bit_length() <= KEPT + 1 else (bits & ((1 << KEPT) - 1)) | (1 << KEPT)
    if past == state.past and state.flapping_since is None:
        return state  # the same as ever, as most results are
    share = share_of_changes(past)
    if state.flapping_since is None:
        return replace(state, past=past, flapping_since=at if share >= BEGINS else None)
    return replace(state, past=past, flapping_since=state.flapping_since if share >= CALMS else None)


def share_of_changes(past: int) -> float:
    """0 to 1; what was not seen yet counts as no change."""
    changed = _changed(past)
    step = (NEWEST - OLDEST) / (KEPT - 2)
    return sum(NEWEST - step * age for age in range(KEPT - 1) if changed >> age & 1) / (KEPT - 1)


def changes(past: int) -> int:
    """How often it changed within what is kept."""
    return _changed(past).bit_count()


def _changed(past: int) -> int:
    """A bit for each change, the newest last; the bit before the oldest result is none."""
    return (past ^ (past >> 1)) & ((1 << max(past.bit_length() - 2, 0)) - 1)
