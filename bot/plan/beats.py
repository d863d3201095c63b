"""Whether a job that calls the bot is well: its last beat and the time in, what a check of it sees out. Pure."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from bot.beats import Away, Beat
from bot.fleet import Fleet
from bot.model import Blind, Probe
from bot.questions import BeatAsk

NONE_YET = "no beat was received yet: the job gets its address from `python -m bot beats`"

TOKEN = 32  # hexadecimal digits


def token_of(secret: str, check_id: str) -> str:
    """The secret part of a job's address. Nothing is stored: another secret makes every address another one."""
    return hmac.new(secret.encode(), f"beat {check_id}".encode(), sha256).hexdigest()[:TOKEN]


def beating(fleet: Fleet) -> list[str]:
    """The ids of the checks that wait for beats, in the file's order."""
    return [check.id for check in fleet.checks() if isinstance(check.question, BeatAsk)]


def seen(ask: BeatAsk, beat: Beat | None, aways: Iterable[Away], now: datetime) -> Probe:
    """Down when the job said so, or when its next beat is over-due; unknown before the first one, and where the one
    that is missed may have come while the bot was away: no job takes the same time every day, so it may come as much
    early as it may be late.
    """
    if beat is None:
        return Probe(False, 0.0, None, NONE_YET, Blind.UNKNOWN)
    if not beat.ok:
        return Probe(False, 0.0, None, _failed(beat), sure=True)
    due = beat.at + ask.every
    if now <= due + ask.grace:
        return Probe(True, 0.0)
    lost = next(
        (away for away in aways if _may_hide(away, due, ask) and now <= away.until + ask.every + ask.grace), None
    )
    if lost:
        when = f"{lost.since:%Y-%m-%d %H:%M:%S} to {lost.until:%H:%M:%S} UTC"
        return Probe(False, 0.0, None, f"a beat may have come while the bot was away, {when}", Blind.UNKNOWN)
    return Probe(False, 0.0, None, f"no beat since {_moment(beat.at)}, and one is due every {ask.often}")


def _may_hide(away: Away, due: datetime, ask: BeatAsk) -> bool:
    return due - ask.grace <= away.until and away.since <= due + ask.grace


def absence(last: datetime | None, now: datetime, longest: timedelta) -> Away | None:
    """The time since the bot was last seen at work, if that is longer than a turn takes."""
    return Away(last, now) if last and now - last > longest else None


def _failed(beat: Beat) -> str:
    status = f" with exit status {beat.status}" if beat.status is not None else ""
    return f"the job failed{status} at {_moment(beat.at)}{f': {beat.note}' if beat.note else ''}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
