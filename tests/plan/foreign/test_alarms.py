from datetime import timedelta
from typing import Any

import pytest

from bot.plan.foreign.alarms import alarm
from bot.reports import Malformed, Report
from tests.plan.foreign import samples
from tests.plan.foreign.samples import BEGAN


def read(**changes: Any) -> Report:
    found = alarm(samples.alarm(**changes))
    assert isinstance(found, Report)
    return found


def test_an_alarm_says_what_and_why_and_where_to_look() -> None:
    report = read()
    assert (report.source, report.firing, report.name) == ("CloudWatch", True, "shop queue")
    assert report.at == BEGAN + timedelta(milliseconds=123)
    assert report.cause.startswith("Threshold Crossed")
    assert report.key == "cloudwatch/aws:cloudwatch:eu-west-1:123456789012:alarm:shop queue"
    assert report.link == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/shop%20queue"
    )


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, ("shop", "")),
        ({"AlarmDescription": "too long (service=api, environment=staging)"}, ("api", "staging")),
        ({"AlarmDescription": "SERVICE=api"}, ("api", "")),
        ({"Trigger": None}, ("", "")),
        ({"Trigger": {"MetricName": "m", "Dimensions": [{"name": "Environment", "value": "x"}]}}, ("", "x")),
    ],
)
def test_service_and_environment_come_from_the_description_or_the_dimensions(
    changes: dict[str, Any], place: tuple[str, str]
) -> None:
    report = read(**changes)
    assert (report.service, report.environment) == place


def test_ok_is_its_end_and_no_data_is_neither() -> None:
    assert not read(NewStateValue="OK").firing
    assert read(NewStateValue="OK").key == read().key
    assert alarm(samples.alarm(NewStateValue="INSUFFICIENT_DATA")) is None


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        "{}",
        samples.alarm(AlarmArn="arn:aws:s3:::x"),
        samples.alarm(StateChangeTime="now"),
        samples.alarm(AlarmName=""),
    ],
)
def test_other_messages_of_a_topic_are_no_alarms(message: str) -> None:
    assert isinstance(alarm(message), Malformed)
