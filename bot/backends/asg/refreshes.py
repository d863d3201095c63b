"""Instance refreshes of one group: begun, read, cancelled, turned back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.backends.asg.standing import Standing, configuration
from bot.backends.aws_errors import asked
from bot.errors import CloudRefused

DESCRIBE = "autoscaling:DescribeInstanceRefreshes"
RUNNING = frozenset({"Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"})
IRREVERSIBLE = "IrreversibleInstanceRefresh"
AT_REST = ("InProgress", "Cancelled")
REVERSIBLE = frozenset({"Pending", "InProgress", "Baking"})


@dataclass(frozen=True, slots=True)
class Refresh:
    """`status` and `reason` in AWS's words; `version` is that of the launch template it brings, empty for another kind.

    `percent` and `left` (instances to replace) are of the way back, once that has begun.
    """

    id: str
    status: str
    version: str
    percent: int = 0
    left: int | None = None
    reason: str = ""
    why_back: str = ""
    checkpoints: tuple[int, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.status in RUNNING

    @property
    def checkpoint(self) -> int | None:
        """Where it stands still, in percent; None while it goes on. Its delay is longer than anybody decides.

        One that was cancelled there stands there too: the next refresh does the rest, or the way back.
        """
        passed = [point for point in self.checkpoints if point <= self.percent < 100]
        return max(passed) if passed and self.status in AT_REST else None


class Refreshes:
    def __init__(self, autoscaling: Any, group: str) -> None:
        self._client = autoscaling
        self._group = group

    def all(self) -> list[Refresh]:
        """Of the last six weeks, which is what AWS keeps; the newest first."""
        return [refresh_of(one) for page in self._pages() for one in page["InstanceRefreshes"]]

    def _pages(self) -> Iterator[Mapping[str, Any]]:
        more: dict[str, str] = {}
        while True:
            page = asked(
                DESCRIBE, partial(self._client.describe_instance_refreshes, AutoScalingGroupName=self._group, **more)
            )
            yield page
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}

    def start(self, standing: Standing, version: str, preferences: Mapping[str, Any]) -> None:
        asked(
            "autoscaling:StartInstanceRefresh",
            lambda: self._client.start_instance_refresh(
                AutoScalingGroupName=self._group,
                Strategy="Rolling",
                DesiredConfiguration=configuration(standing, version),
                Preferences=dict(preferences),
            ),
            self._group,
        )

    def cancel(self) -> None:
        asked(
            "autoscaling:CancelInstanceRefresh",
            lambda: self._client.cancel_instance_refresh(AutoScalingGroupName=self._group),
            self._group,
        )

    def back(self) -> bool:
        """False when AWS cannot roll this one back."""
        try:
            asked(
                "autoscaling:RollbackInstanceRefresh",
                lambda: self._client.rollback_instance_refresh(AutoScalingGroupName=self._group),
                self._group,
            )
        except CloudRefused as error:
            if IRREVERSIBLE in str(error):
                return False
            raise
        return True


def refresh_of(one: Mapping[str, Any]) -> Refresh:
    back = one.get("RollbackDetails", {})
    goes_back = str(one["Status"]).startswith("Rollback")
    return Refresh(
        id=one["InstanceRefreshId"],
        status=one["Status"],
        version=_version(one.get("DesiredConfiguration", {})),
        percent=(back.get("PercentageCompleteOnRollback") if goes_back else one.get("PercentageComplete")) or 0,
        left=back.get("InstancesToUpdateOnRollback") if goes_back else one.get("InstancesToUpdate"),
        reason=one.get("StatusReason", ""),
        why_back=back.get("RollbackReason", ""),
        checkpoints=tuple(one.get("Preferences", {}).get("CheckpointPercentages", ())),
        began=one.get("StartTime"),
        ended=one.get("EndTime"),
    )


def _version(configuration: Mapping[str, Any]) -> str:
    mixed = configuration.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    template = configuration.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification") or {}
    return str(template.get("Version", ""))


def of_version(refreshes: Sequence[Refresh], version: str) -> Refresh | None:
    """The newest that brings this version."""
    return next((one for one in refreshes if one.version == version), None)


def after(refreshes: Sequence[Refresh], first: Refresh) -> Sequence[Refresh]:
    """Those that began later; the newest first."""
    ids = [one.id for one in refreshes]
    return refreshes[: ids.index(first.id)]
