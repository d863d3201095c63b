"""What CI says of the commit that a deploy brings, by the fleet file's rules."""

from collections.abc import Callable
from datetime import timedelta

from bot.backends.base import CommitChecks
from bot.ci import CiState, CiVerdict
from bot.errors import ChecksBusy, ChecksError
from bot.fleet import Fleet
from bot.fleet.ci import RequireChecks
from bot.model import Release, Target
from bot.plan.ci import verdict
from bot.records import Plan
from bot.refusals import Reason, Refusal


class CiGate:
    def __init__(self, checks: CommitChecks, fleet: Callable[[], Fleet]) -> None:
        self._checks = checks
        self._fleet = fleet

    def required(self, target: Target) -> RequireChecks | None:
        """None when the fleet file asks for nothing, or does not know the target any more."""
        deployment = self._fleet().deployment(target)
        return deployment.require_checks if deployment else None

    def look(self, target: Target, release: Release, required: RequireChecks) -> CiVerdict:
        """As it stands now. Raises ChecksError when it cannot be read, and will not be soon."""
        try:
            found = self._checks.read(self._fleet().services[target.service].repo, release.sha)
        except ChecksError as error:
            if not error.momentary:
                raise
            again = error.retry_after if isinstance(error, ChecksBusy) else 0.0
            return CiVerdict(CiState.UNREADABLE, detail=str(error), again=timedelta(seconds=again))
        return verdict(found, required.names)

    def seen(self, plan: Plan) -> CiVerdict | None:
        """As it stands now, for people to read; None where CI is not asked."""
        required = self.required(plan.target)
        try:
            return self.look(plan.target, plan.release, required) if required else None
        except ChecksError as error:
            return CiVerdict(CiState.UNREADABLE, detail=str(error))

    def bar(self, plan: Plan) -> Refusal | None:
        """What is known already to stand in its way. What may yet turn green, or be readable, is waited for later."""
        required = self.required(plan.target)
        if required is None:
            return None
        try:
            found = self.look(plan.target, plan.release, required)
        except ChecksError as error:
            return Refusal(Reason.CHECKS_UNREADABLE, plan.release.name, detail=str(error), target=plan.target)
        if found.state is not CiState.FAILED:
            return None
        return Refusal(Reason.CHECKS_FAILED, plan.release.name, target=plan.target, checks=found.checks)
