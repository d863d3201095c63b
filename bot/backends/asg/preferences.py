"""How a refresh goes through the group, in AWS's words."""

from collections.abc import Sequence
from typing import Any

from bot.fleet.asg import Asg

LONGEST = 172800
"""Seconds that a checkpoint may last in AWS, two days: it has no word for going on, so it shall not go on by itself."""
PROTECTED = {"wait": "Wait", "replace": "Refresh", "leave": "Ignore"}
STANDBY = {"wait": "Wait", "terminate": "Terminate", "leave": "Ignore"}


def preferences(group: Asg, checkpoints: Sequence[int]) -> dict[str, Any]:
    """Whoever has the version already is left alone, and AWS goes back by itself when it fails: also without us."""
    said: dict[str, Any] = {
        "SkipMatching": True,
        "AutoRollback": True,
        "ScaleInProtectedInstances": PROTECTED[group.protected],
        "StandbyInstances": STANDBY[group.standby],
    }
    if group.min_healthy is not None:
        said["MinHealthyPercentage"] = group.min_healthy
    if group.max_healthy is not None:
        said["MaxHealthyPercentage"] = group.max_healthy
    if group.warm_up is not None:
        said["InstanceWarmup"] = int(group.warm_up.total_seconds())
    if group.alarms:
        said["AlarmSpecification"] = {"Alarms": list(group.alarms)}
    if group.bake:
        said["BakeTime"] = int(group.bake.total_seconds())
    if checkpoints:
        said |= {"CheckpointPercentages": [*checkpoints, 100], "CheckpointDelay": LONGEST}
    return said
