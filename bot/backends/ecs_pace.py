"""How a rollout is told to go about it, as ECS takes it; what the installed botocore does not know is refused."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import CloudRefused
from bot.fleet.ecs import Ecs
from bot.managed import Pace

UPDATE = "ecs:UpdateService"
PAUSE = "PRE_PRODUCTION_TRAFFIC_SHIFT"
FIRST = 10  # percent of a canary that says nothing else
MOST = 1440 * 14  # minutes that a pause may last


def deployment_configuration(model: Any, config: Ecs, pace: Pace, now: Mapping[str, Any]) -> dict[str, Any]:
    """The service's own, changed as the fleet file and the pace say. `model` is botocore's of ECS.

    Raises CloudRefused for what the model does not know.
    """
    known = model.shape_for("DeploymentConfiguration").members
    wanted = {key: value for key, value in now.items() if key in known and key not in ("strategy", "lifecycleHooks")}
    for key in ("canaryConfiguration", "linearConfiguration", "bakeTimeInMinutes"):
        wanted.pop(key, None)
    wanted["deploymentCircuitBreaker"] = {"enable": config.circuit_breaker, "rollback": config.circuit_breaker}
    if config.alarms:
        wanted["alarms"] = {"alarmNames": list(config.alarms), "enable": True, "rollback": True}
    if pace.kind == "all_at_once" or (pace.kind != "canary" and config.shift is None):
        return wanted | ({"strategy": "ROLLING"} if "strategy" in known else {})
    if "canaryConfiguration" not in known:
        raise CloudRefused(UPDATE, "the installed botocore knows no canary and linear deployments: update boto3")
    return wanted | _shifting(model, config, pace) | _hooks(model, pace, now)


def _shifting(model: Any, config: Ecs, pace: Pace) -> dict[str, Any]:
    shift, bake = config.shift, minutes(config.shift.bake) if config.shift else 0
    if pace.kind == "canary" or (shift and shift.kind == "canary"):
        percent = pace.checkpoints[0] if pace.checkpoints else shift.percent if shift else FIRST
        canary = {"canaryPercent": float(percent), "canaryBakeTimeInMinutes": bake}
        return {"strategy": "CANARY", "canaryConfiguration": canary, "bakeTimeInMinutes": bake}
    linear = {"stepPercent": float(shift.percent if shift else FIRST), "stepBakeTimeInMinutes": bake}
    return {"strategy": "LINEAR", "linearConfiguration": linear, "bakeTimeInMinutes": bake}


def _hooks(model: Any, pace: Pace, now: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's own hooks stay; a pause stands before each step where people have to let it go on."""
    others = [one for one in now.get("lifecycleHooks", ()) if one.get("targetType") != "PAUSE"]
    if not pace.checkpoints:
        return {"lifecycleHooks": others} if others else {}
    if "targetType" not in model.shape_for("DeploymentLifecycleHook").members:
        raise CloudRefused(UPDATE, "the installed botocore knows no pauses in deployments: update boto3")
    ends = {"timeoutInMinutes": min(max(minutes(pace.patience), 1) * 2, MOST), "action": "ROLLBACK"}
    pause = {"targetType": "PAUSE", "lifecycleStages": [PAUSE], "timeoutConfiguration": ends}
    return {"lifecycleHooks": [*others, pause]}


def minutes(span: timedelta) -> int:
    """Whole ones, rounded up."""
    return -int(-span.total_seconds() // 60)


def same(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether nothing of it would change; what ECS fills in by itself does not count."""
    return all(now.get(key) == value for key, value in wanted.items() if key != "strategy") and (
        now.get("strategy", "ROLLING") == wanted.get("strategy", "ROLLING")
    )
