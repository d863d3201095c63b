"""ECS services as pools: told how many tasks; ECS chooses where they run and which go.

Fills scaler.PoolScaler. One call reads a service however many tasks it has: it tells numbers, not names.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.ecs_course import troubles
from bot.capacity import EcsPool, Fitness, ScaleOrder, Standing, estranged
from bot.errors import CloudRefused

log = structlog.get_logger(__name__)

DESCRIBE = "ecs:DescribeServices"
UPDATE = "ecs:UpdateService"
RECENT = timedelta(minutes=15)  # an older event says nothing of now


class EcsScaler:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def read(self, pool: EcsPool) -> Standing:
        return _standing(self._service(pool), datetime.now(UTC))

    def shielded(self, pool: EcsPool, names: Sequence[str]) -> frozenset[str]:
        """Protected tasks are left out by ECS itself."""
        self._service(pool)
        return frozenset()

    def advance(self, pool: EcsPool, order: ScaleOrder) -> Standing:
        service = self._service(pool)
        if words := estranged(order, service["desiredCount"]):
            raise CloudRefused(UPDATE, f"{pool.service} {words}")
        if service["desiredCount"] != order.after:
            self._set(pool, order)
        return self.read(pool)

    def _set(self, pool: EcsPool, order: ScaleOrder) -> None:
        client = self._client(pool)
        wanted = {"cluster": pool.cluster, "service": pool.service, "desiredCount": order.after}
        asked(UPDATE, lambda: client.update_service(**wanted), pool.service)
        log.info("tasks ordered", service=pool.service, order=order.id, number=order.after)

    def _service(self, pool: EcsPool) -> Mapping[str, Any]:
        client = self._client(pool)
        answer = asked(
            DESCRIBE, lambda: client.describe_services(cluster=pool.cluster, services=[pool.service]), pool.service
        )
        found = answer["services"]
        if not found or found[0]["status"] != "ACTIVE":
            state = found[0]["status"].lower() if found else "missing"
            words = f"the service {pool.service} in the cluster {pool.cluster} is {state}: compare names and region"
            raise CloudRefused(DESCRIBE, words)
        service: Mapping[str, Any] = found[0]
        if service.get("schedulingStrategy") == "DAEMON":
            words = f"{pool.service} runs one task on each instance (DAEMON): it has no desired count"
            raise CloudRefused(DESCRIBE, words)
        return service

    def _client(self, pool: EcsPool) -> Any:
        return self._sessions.client("ecs", pool.account)


def _standing(service: Mapping[str, Any], now: datetime) -> Standing:
    """While more run than are desired the surplus is on its way out."""
    desired, running = service["desiredCount"], service["runningCount"]
    counted = {
        Fitness.HEALTHY: min(running, desired),
        Fitness.PENDING: service["pendingCount"],
        Fitness.DRAINING: max(0, running - desired),
    }
    return Standing(desired, (), troubles(service, now - RECENT) if running < desired else (), counted)
