"""Is an outage the restart of a deploy? And which releases were found well a moment ago, and are judged sooner?"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.fleet import Fleet
from bot.model import Incident, Step, Target
from bot.plan.grace import LEEWAY, excused
from bot.state.aftercare import Aftercares
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.host_steps import HostSteps

NONE = timedelta()
DISTURBING = (Step.SWITCH, Step.RESTART)
RECENT = 3  # deploys of a target; a rollback is one


class Grace:
    def __init__(self, db: Database, fleet: Callable[[], Fleet]) -> None:
        self._deploys = Deploys(db)
        self._steps = HostSteps(db)
        self._cares = Aftercares(db)
        self._fleet = fleet

    def covers(self, incident: Incident, now: datetime) -> bool:
        """Until its grace is over, counted from the restart that came before the first failure."""
        grace = self._grace(incident.target)
        if not grace:
            return False
        deploys = [deploy.id for deploy in self._deploys.newest(incident.target, RECENT)]
        began = incident.started_at + LEEWAY
        return excused(self._steps.last(deploys, DISTURBING, incident.host, began), grace, now)

    def hurried(self, now: datetime) -> set[Target]:
        """Targets whose deploy is done, and watched, and within its grace."""
        cares = self._cares.open()
        found = {deploy.target: care for care in cares if (deploy := self._deploys.get(care.deploy))}
        return {target for target, care in found.items() if now < care.done_at + self._grace(target)}

    def _grace(self, target: Target) -> timedelta:
        deployment = self._fleet().deployment(target)
        return deployment.deploy_grace if deployment else NONE
