"""The analysis of a running deploy: what was seen so far, and what it says."""

from collections.abc import Callable, Sequence

from bot.evidence import Look
from bot.fleet import Fleet
from bot.model import Stage, StageState
from bot.plan.analysis import judge, rules_of
from bot.records import Deploy, StageKind
from bot.state.database import Database
from bot.state.readings import Readings
from bot.state.samples import Samples
from bot.state.verdicts import Verdicts


class Looks:
    def __init__(self, db: Database, fleet: Callable[[], Fleet]) -> None:
        self._fleet = fleet
        self.samples = Samples(db)
        self.readings = Readings(db)
        self.verdicts = Verdicts(db)

    def forget(self, deploy_id: int, position: int) -> None:
        """The stage watches anew."""
        self.samples.forget(deploy_id, position)
        self.readings.forget(deploy_id, position)
        self.verdicts.forget(deploy_id, position)

    def look(self, deploy: Deploy, stages: Sequence[Stage]) -> Look | None:
        """While a canary is compared; None at any other time."""
        deployment = self._fleet().deployment(deploy.target)
        strategy = deployment.strategy if deployment else None
        if strategy is None or strategy.analysis is None or strategy.bake is None:
            return None
        for planned, stage in zip(deploy.plan.stages, stages, strict=False):
            if planned.kind is StageKind.BAKE and stage.state is StageState.IN_PROGRESS and stage.started_at:
                samples = self.samples.of(deploy.id, stage.position)
                readings = self.readings.of(deploy.id, stage.position)
                found = judge(samples, rules_of(strategy.analysis), readings)
                return Look(stage.position, found, stage.started_at + strategy.bake)
        return None
