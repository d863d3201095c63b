"""What a deploy would do, with all that people want to know before it does."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bot.ci import CiVerdict
from bot.doubts import Doubt
from bot.holds import NOTHING, Hold
from bot.model import Release
from bot.records import Commit, Plan
from bot.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan with what people want to know first: the newest commits that come and that go, how long the last good
    deploys took, what stands there, what is in the way now (`busy`: what runs there, or where
    its release comes from), and why a click will be wanted. `beside` are the hosts that
    run something else than what stands, by release, the most hosts first. `pushed`: the bot brings it to the hosts.
    """

    plan: Plan
    commits: tuple[Commit, ...]
    took: tuple[timedelta, ...]
    ci: CiVerdict | None = None  # as it stands now, where CI is asked
    standing: Release | None = None
    dropped: tuple[Commit, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    hold: Hold = NOTHING
    busy: tuple[Refusal, ...] = ()
    beside: tuple[tuple[Release, tuple[str, ...]], ...] = ()
    pushed: bool = False
    unmeasurable: tuple[str, ...] = ()  # metrics that its analysis could never tell by, and why
    unasked: tuple[str, ...] = ()  # metrics whose source could not be asked, and why

    @property
    def leaves(self) -> Release | None:
        """What a rollback takes away: what stands, or where it goes back to just that, what runs beside it."""
        back = self.standing and self.standing.sha == self.plan.release.sha
        return self.beside[0][0] if back and self.beside else self.standing

    @property
    def usual(self) -> timedelta | None:
        """How long it usually takes; None before the first."""
        return timedelta(seconds=median(one.total_seconds() for one in self.took)) if self.took else None
