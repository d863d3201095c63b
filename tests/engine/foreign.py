"""What comes from elsewhere, beside a monitor whose clock is in the test's hands."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.engine.audit import Audit
from bot.engine.doors import Doors
from bot.engine.echoes import Echoes
from bot.engine.incidents import Herald
from bot.engine.intake import Intake, Taken
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.engine.quiet import Quiet
from bot.reports import Report
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.watch import Alert
from tests.engine.outside import Members
from tests.engine.watching import World, fleet_with, quick_database


class Elsewhere:
    """`world` with an intake over its database."""

    def __init__(
        self, path: Path, group_wait: str = "0s", open_database: Callable[[Path], Database] = quick_database
    ) -> None:
        fleet = fleet_with(alerts={"group_wait": group_wait})
        self.world = World(path, fleet, open_database, ways={"mailto": ()})
        self.people = Members()
        self.start()

    def start(self) -> None:
        """Also after `world.restart`."""
        world = self.world
        quiet = Quiet(world.db, lambda: world.fleet)
        incidents = Incidents(world.db)
        notices = Notices(incidents, world.outbox, quiet, Echoes(world.db, "", world.ways), "", world.ways)
        audit, wait = Audit(world.db, world.clock), lambda: world.fleet.alerts.group_wait
        herald = Herald(incidents, notices, lambda _target, _first: world.change, audit, quiet, wait)
        doors, outages = Doors(self.people, lambda: world.fleet), Outages(world.db, world.monitor)
        self.intake = Intake(world.db, herald, outages, doors, lambda: world.fleet, world.clock)

    def hears(self, *reports: Report) -> Taken:
        return self.intake.take(reports)

    def open(self) -> list[Alert]:
        return Incidents(self.world.db).open_incidents()

    def later(self, **span: float) -> None:
        self.world.clock.sleep(timedelta(**span))
