"""How checks stand, as the sweep itself wrote it: a row that nobody else writes is read once and then remembered."""

from collections.abc import Mapping

from bot.state.checks import Checks
from bot.watch import CheckState


class Recollection:
    """`states` and `save` run in the sweep's transaction, `keep` once it is through: what was rolled back never was."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._known: dict[str, CheckState] = {}
        self._written: Mapping[str, CheckState] = {}

    def states(self, ids: set[str]) -> dict[str, CheckState]:
        """Those of these checks that were ever asked."""
        self._written = {}
        unknown = ids - self._known.keys()
        found = self._checks.states(unknown) if unknown else {}
        return found | {check: self._known[check] for check in ids - unknown}

    def save(self, states: Mapping[str, CheckState]) -> None:
        """Writes all of them at once."""
        self._checks.save(states)
        self._written = states

    def keep(self) -> None:
        """What was saved last stands."""
        self._known.update(self._written)
        self._written = {}

    def forget(self) -> None:
        """Others wrote the table: all is read anew."""
        self._known.clear()
