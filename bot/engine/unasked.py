"""Keeps which checks the bot could not ask, and for how long. Everything here joins its caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.backends.base import Answer
from bot.blind_spots import Unasked
from bot.fleet import Check
from bot.plan.blind_spots import noted
from bot.plan.health import longest_gap
from bot.state.database import Database
from bot.state.unasked import UnaskedChecks


class UnaskedBook:
    """For the sweep, which is one thread."""

    def __init__(self, db: Database) -> None:
        self._rows = UnaskedChecks(db)
        self._any = True  # or perhaps: it is read

    def note(self, answers: Sequence[tuple[Check, Answer]], blind: bool, now: datetime) -> None:
        """While the bot is `blind`, what it cannot ask proves nothing, and what it could not ask before neither."""
        self._any = self._any or any(answer.probe.hurdle for _, answer in answers)
        if not self._any:
            return
        if blind:
            self._rows.begin_anew(now)
        known = self._rows.all()
        found = known.copy()
        for check, answer in answers:
            _note(found, check, answer, blind)
        changed = [one for name, one in found.items() if one is not known.get(name)]
        if changed:
            self._rows.save(changed)
        if freed := known.keys() - found.keys():
            self._rows.forget(freed)
        self._any = bool(known or changed)

    def forget_all_but(self, checks: Collection[str]) -> None:
        self._rows.forget_all_but(checks)


def _note(found: dict[str, Unasked], check: Check, answer: Answer, blind: bool) -> None:
    hurdle = answer.probe.hurdle
    if answer.probe.ok or (not hurdle and not blind):
        found.pop(check.id, None)
    elif hurdle and not blind:
        at, gap = answer.asked_at, longest_gap(check.every, check.timeout)
        found[check.id] = noted(found.get(check.id), Unasked(check.id, hurdle, answer.probe.cause, at, at), gap)
