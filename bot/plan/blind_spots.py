"""Which checks nobody watches because the bot cannot ask them, and when that is said. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.blind_spots import BlindSpot, Left, Lost, Unasked
from bot.hurdles import SETTLED, Hurdle

QUIET = timedelta(minutes=2)  # without a check that cannot be asked, and it is over: a source that is overloaded
# answers now and then


def noted(before: Unasked | None, found: Unasked, gap: timedelta) -> Unasked:
    """One more answer of a check that could not be asked. What is longer ago than `gap` is not in a row with it: while
    nobody looked, nothing was tried.
    """
    in_a_row = before is not None and found.at - before.at <= gap
    return replace(found, since=before.since) if before and in_a_row else found


def begun(
    unasked: Iterable[Unasked], standing: Collection[Hurdle], patience: timedelta, now: datetime
) -> dict[Hurdle, datetime]:
    """The hurdles that have stood long enough to be told, and are not yet; since when each keeps a check from being
    asked. That a check could not be asked once proves nothing, however long ago that was.
    """
    found: dict[Hurdle, list[Unasked]] = {}
    for one in unasked:
        found.setdefault(one.hurdle, []).append(one)
    return {
        hurdle: min(one.since for one in some)
        for hurdle, some in found.items()
        if hurdle not in standing and any(_lasts(one, patience, now) for one in some)
    }


def _lasts(one: Unasked, patience: timedelta, now: datetime) -> bool:
    last = now if one.hurdle.kind in SETTLED else one.at
    return last - one.since >= patience


def followed(
    spot: BlindSpot, unasked: Mapping[str, Unasked], told: Collection[str], checks: Collection[str], now: datetime
) -> BlindSpot:
    """The blind spot as it is now. `told`: those that are kept back by nothing, and may join; `checks`: those of the
    fleet file. What is kept back once it is in stays in.
    """
    known = {one.check_id: one for one in spot.lost}
    joined = sorted(name for name in told if name not in known and _in(spot, unasked.get(name)))
    lost = [_stands(spot, one, unasked.get(one.check_id), checks) for one in spot.lost]
    lost += [Lost(name, unasked[name].words) for name in joined]
    empty = all(one.left for one in lost)
    return replace(spot, lost=tuple(lost), emptied_at=(spot.emptied_at or now) if empty else None)


def _in(spot: BlindSpot, one: Unasked | None) -> bool:
    return one is not None and one.hurdle == spot.hurdle


def _stands(spot: BlindSpot, one: Lost, now: Unasked | None, checks: Collection[str]) -> Lost:
    if one.check_id not in checks:
        return replace(one, left=Left.ASKED if one.left is Left.ASKED else Left.GONE)
    if now is None:
        return replace(one, left=Left.ASKED)
    return Lost(one.check_id, now.words) if now.hurdle == spot.hurdle else replace(one, left=Left.MOVED)


def is_over(spot: BlindSpot, now: datetime) -> bool:
    """Nothing is in it, and was not for a while."""
    return spot.emptied_at is not None and now - spot.emptied_at >= QUIET
