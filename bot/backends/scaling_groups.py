"""Auto Scaling groups around a deploy: processes that stand still, and instances in standby."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import GroupStand, ScalingGroup
from bot.errors import CloudRefused

DESCRIBE = "autoscaling:DescribeAutoScalingGroups"
MOST = 20  # instances in one call


class ScalingGroups(Protocol):
    """Every method raises CloudError when the group cannot be read or changed."""

    def read(self, group: ScalingGroup) -> GroupStand: ...

    def suspend(self, group: ScalingGroup, processes: Sequence[str]) -> None: ...

    def resume(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        """Those that run already go on running."""
        ...

    def rest(self, group: ScalingGroup, names: Sequence[str]) -> None:
        """Into standby, those that are in service: the group wants so many fewer until they are back."""
        ...

    def recall(self, group: ScalingGroup, names: Sequence[str]) -> None:
        """Out of standby, those that are in it: the group wants so many more again."""
        ...


class AwsScalingGroups:
    """Fills ScalingGroups."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def read(self, group: ScalingGroup) -> GroupStand:
        client = self._client(group)
        answer = asked(DESCRIBE, lambda: client.describe_auto_scaling_groups(AutoScalingGroupNames=[group.name]))
        found = [one for one in answer["AutoScalingGroups"] if one["AutoScalingGroupName"] == group.name]
        if not found:
            raise CloudRefused(DESCRIBE, f"there is no Auto Scaling group {group.name}: compare `group` and region")
        (told,) = found
        members = {one["InstanceId"]: one["LifecycleState"] for one in told.get("Instances", ())}
        suspended = frozenset(one["ProcessName"] for one in told.get("SuspendedProcesses", ()))
        return GroupStand(members, suspended, told["DesiredCapacity"], told["MinSize"])

    def suspend(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        wanted = {"AutoScalingGroupName": group.name, "ScalingProcesses": list(processes)}
        _call("SuspendProcesses", self._client(group).suspend_processes, wanted)

    def resume(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        wanted = {"AutoScalingGroupName": group.name, "ScalingProcesses": list(processes)}
        _call("ResumeProcesses", self._client(group).resume_processes, wanted)

    def rest(self, group: ScalingGroup, names: Sequence[str]) -> None:
        client = self._client(group)
        for some in _some(names):
            wanted = {"AutoScalingGroupName": group.name, "InstanceIds": some, "ShouldDecrementDesiredCapacity": True}
            _call("EnterStandby", client.enter_standby, wanted)

    def recall(self, group: ScalingGroup, names: Sequence[str]) -> None:
        client = self._client(group)
        for some in _some(names):
            _call("ExitStandby", client.exit_standby, {"AutoScalingGroupName": group.name, "InstanceIds": some})

    def _client(self, group: ScalingGroup) -> Any:
        return self._sessions.client("autoscaling", group.account)


def _call(action: str, call: Any, wanted: dict[str, Any]) -> None:
    asked(f"autoscaling:{action}", lambda: call(**wanted), wanted["AutoScalingGroupName"])


def _some(names: Sequence[str]) -> list[list[str]]:
    return [list(names[start : start + MOST]) for start in range(0, len(names), MOST)]
