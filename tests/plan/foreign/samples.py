"""What senders send, as they send it."""

import json
from datetime import UTC, datetime
from typing import Any

NEVER = "0001-01-01T00:00:00Z"
BEGAN = datetime(2026, 11, 20, 13, 55, tzinfo=UTC)


def one(**changes: Any) -> dict[str, Any]:
    """An alert of Alertmanager's; labels and annotations are added to."""
    base: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "HighErrorRate", "severity": "critical", **changes.pop("labels", {})},
        "annotations": {"summary": "5 % of requests fail", **changes.pop("annotations", {})},
        "startsAt": "2026-11-20T13:55:00.000Z",
        "endsAt": NEVER,
        "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=up",
        "fingerprint": "ab12cd34ef56ab12",
    }
    return {**base, **changes}


def group(*alerts: dict[str, Any], **changes: Any) -> bytes:
    base = {
        "version": "4",
        "groupKey": '{}:{alertname="HighErrorRate"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "pointsman",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com:9093",
        "alerts": list(alerts or (one(),)),
    }
    return json.dumps({**base, **changes}).encode()


SHOP = {"service": "shop", "environment": "production"}


def alarm(**changes: Any) -> str:
    """What SNS carries of a CloudWatch alarm."""
    base: dict[str, Any] = {
        "AlarmName": "shop queue",
        "AlarmDescription": None,
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed: 1 datapoint [912.0] was greater than the threshold (500.0).",
        "StateChangeTime": "2026-11-20T13:55:00.123+0000",
        "Region": "EU (Ireland)",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop queue",
        "OldStateValue": "OK",
        "Trigger": {"MetricName": "Visible", "Dimensions": [{"name": "service", "value": "shop"}]},
    }
    return json.dumps({**base, **changes})
