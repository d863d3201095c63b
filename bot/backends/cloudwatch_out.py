"""What the bot writes to CloudWatch: custom metrics and dashboards."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import HERE, Account
from bot.errors import CloudRefused
from bot.figures import Figure

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

MOST = 500  # figures in a call; AWS takes 1,000, and a megabyte
VALUES = 150  # in one figure
OLDEST = timedelta(days=13)  # AWS takes two weeks
PUT, DASHBOARD = "cloudwatch:PutMetricData", "cloudwatch:PutDashboard"


class CloudWatchOut:
    def __init__(self, sessions: Sessions, namespace: str) -> None:
        self._sessions = sessions
        self._namespace = namespace

    def put(self, figures: Sequence[Figure]) -> None:
        """All of them, MOST in a call. Raises CloudError: those before may have been put."""
        client: CloudWatchClient = self._sessions.client("cloudwatch")
        for start in range(0, len(figures), MOST):
            data = [_datum(one) for one in figures[start : start + MOST]]
            asked(PUT, lambda data=data: client.put_metric_data(Namespace=self._namespace, MetricData=data))  # type: ignore[misc] # a default binds it


def put_dashboard(sessions: Sessions, name: str, body: Mapping[str, Any], account: Account = HERE) -> None:
    """Raises CloudError, also with what CloudWatch finds wrong in the body."""
    client: CloudWatchClient = sessions.client("cloudwatch", account)
    text = json.dumps(body)
    found = asked(DASHBOARD, lambda: client.put_dashboard(DashboardName=name, DashboardBody=text), name)
    if wrong := found.get("DashboardValidationMessages"):
        first = wrong[0]
        raise CloudRefused(DASHBOARD, f"{name}: {first.get('DataPath', '')} {first.get('Message', '')}")


def region_of(sessions: Sessions, account: Account) -> str:
    """Where an account is asked. Raises CloudError when no region is known."""
    return str(sessions.client("cloudwatch", account).meta.region_name)


def _datum(figure: Figure) -> "MetricDatumTypeDef":
    values = figure.values[:VALUES]
    return {
        "MetricName": figure.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in figure.names],
        "Timestamp": figure.at,
        "Values": [value for value, _ in values],
        "Counts": [count for _, count in values],
        "Unit": figure.unit,  # type: ignore[typeddict-item] # one of CloudWatch's, as plan/figures.py has them
    }
