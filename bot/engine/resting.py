"""Which instances a deploy holds in standby: their Auto Scaling group wants so many fewer until they are back."""

from bot.cloud import ScalingGroup
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.group_care import GroupHolds, Held


class Resting:
    def __init__(self, db: Database) -> None:
        self._holds, self._deploys = GroupHolds(db), Deploys(db)

    def of(self, group: ScalingGroup) -> frozenset[str]:
        """Of deploys that run: whom an ended one has left in standby nobody counts on."""
        held = [hold for hold in self._holds.all() if hold.group == group and hold.held is Held.INSTANCE]
        running = {deploy.id for deploy in self._deploys.unfinished()} if held else set()
        return frozenset(hold.name for hold in held if hold.deploy_id in running)
