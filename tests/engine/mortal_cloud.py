"""The same processes over EC2 as moto has it: `python -m` this module, with AWS_ENDPOINT_URL in the environment.

A moment is the beginning and the end of each call that changes something.
"""

import json
import time
from pathlib import Path
from typing import Any

from bot.app.scaling import Machines
from bot.backends.aws_sessions import Sessions
from bot.backends.elb import TargetGroups
from bot.backends.scalers import Scalers
from bot.capacity import Ec2Pool, Launch
from bot.cloud import HERE, Search, TargetGroup
from bot.fleet import Fleet
from tests.building import TARGET, fleet_of
from tests.engine.mortal import Moments, Mortal, main
from tests.engine.mortal_scale import MortalScaled
from tests.engine.scaled import RULES
from tests.fleet.samples import PRODUCTION

CHANGES = {
    "ec2": ("RunInstances", "CreateTags", "TerminateInstances"),
    "elbv2": ("RegisterTargets", "DeregisterTargets"),
}
POOL = "pool.json"


def pool_in(directory: Path) -> Ec2Pool:
    found = json.loads((directory / POOL).read_text())
    search = Search((("service", found["name"]),), HERE, "deploy", 22, "private_ip", {})
    return Ec2Pool(search, Launch(found["name"], subnets=tuple(found["subnets"])), TargetGroup(found["group"]))


def write_pool(directory: Path, pool: Ec2Pool) -> None:
    group = pool.group.name if pool.group else ""
    words = {"name": pool.launch.template, "subnets": pool.launch.subnets, "group": group}
    (directory / POOL).write_text(json.dumps(words))


class MortalCloud(MortalScaled):
    """`/scale` by a person; nothing was ever deployed, so nothing is brought."""

    def __init__(self, directory: Path, moments: Moments, ref: str) -> None:
        self.pool = pool_in(directory)
        self.sessions = Sessions()
        self.scaler = Scalers(self.sessions, TargetGroups(self.sessions))
        for service, operations in CHANGES.items():
            self._listen(service, operations, moments)
        self._seen: tuple[float, Fleet] | None = None
        Mortal.__init__(self, directory, moments, ref)

    def _listen(self, service: str, operations: tuple[str, ...], moments: Moments) -> None:
        events: Any = self.sessions.client(service, HERE).meta.events
        names = {"elbv2": "elastic-load-balancing-v2"}
        for operation in operations:
            where = f"{names.get(service, service)}.{operation}"
            events.register(f"before-call.{where}", lambda name=operation, **_: moments.passing(f"{name} begins"))
            events.register(f"after-call.{where}", lambda name=operation, **_: moments.passing(f"{name} has acted"))

    def some_machines(self) -> Machines:
        return Machines(self.scaler, lambda target: self.pool if target == TARGET else None)

    def current(self) -> Fleet:
        """Looked at twice a second."""
        now = time.monotonic()
        if self._seen is None or now - self._seen[0] > 0.5:
            names = [one.name for one in self.scaler.read(self.pool).staying]
            self._seen = (now, fleet_of(names, ((*PRODUCTION, "scale"), RULES)))
        return self._seen[1]


if __name__ == "__main__":
    main(MortalCloud)
