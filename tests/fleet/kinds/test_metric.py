from datetime import timedelta
from typing import Any

import pytest

from bot.questions import MetricAsk
from bot.questions.metric import Missing
from bot.questions.numbers import CloudMetric, PromQuery
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
MINUTE = timedelta(minutes=1)
ELB = {"namespace": "AWS/ApplicationELB", "metric": "Errors", "stat": "Sum"}


def checks(metric: Any, **more: Any) -> list[Any]:
    return load(changed((CHECKS, [{"metric": metric, "action": "restart", **more}]))).checks()


@pytest.mark.parametrize(
    ("metric", "question"),
    [
        (
            {"prometheus": 'sum(up{job="x"})', "below": 3},
            MetricAsk(PromQuery('sum(up{job="x"})'), 3, False, 1, 1, Missing.MISSING, MINUTE),
        ),
        (
            {
                "prometheus": "rate(a[{every}])",
                "url": "http://prom:9090",
                "above": 0.5,
                "datapoints": "2 of 3",
                "missing": "ignore",
                "period": "30s",
            },
            MetricAsk(
                PromQuery("rate(a[30s])", "http://prom:9090"), 0.5, True, 2, 3, Missing.IGNORE, timedelta(seconds=30)
            ),
        ),
        (
            {"cloudwatch": {**ELB, "dimensions": {"Service": "{service}-{environment}"}}, "above": 10, "period": "5m"},
            MetricAsk(
                CloudMetric("AWS/ApplicationELB", "Errors", "Sum", (("Service", "shop-production"),), 5 * MINUTE),
                10,
                True,
                1,
                1,
                Missing.MISSING,
                5 * MINUTE,
            ),
        ),
    ],
)
def test_where_it_is_read_and_its_limit_become_a_question(metric: Any, question: MetricAsk) -> None:
    (check,) = checks(metric)
    assert check.question == question
    assert (check.every, check.down_after, check.up_after) == (MINUTE, 1, 1)


def test_per_host_each_host_has_a_number_of_its_own() -> None:
    found = checks({"prometheus": 'cpu{instance="{host}:{APP_PORT}"}', "above": 90}, per_host=True)
    assert [check.question.question.query for check in found] == [
        'cpu{instance="10.0.0.5:8001"}',
        'cpu{instance="10.0.0.6:8002"}',
    ]


@pytest.mark.parametrize(
    ("metric", "what", "below"),
    [
        ({"above": 1}, "says nowhere to read it", ""),
        ({"prometheus": "up", "cloudwatch": ELB, "above": 1}, "is read in 2 places", ""),
        ({"prometheus": "up"}, "has no limit", ""),
        ({"prometheus": "up", "above": 1, "below": 0}, "has two limits", ""),
        ({"prometheus": " ", "above": 1}, "is not a query", ".prometheus"),
        ({"cloudwatch": ELB, "above": 1, "period": "30s"}, "is read of CloudWatch in parts of a minute", ""),
        ({"cloudwatch": {**ELB, "stat": "Mean"}, "above": 1}, "is not a statistic of CloudWatch", ".cloudwatch.stat"),
        ({"prometheus": "up", "above": 1, "datapoints": "3 of 2"}, "is not so many points", ".datapoints"),
        ({"prometheus": "up", "above": 1, "datapoints": "2/3"}, "is not so many points", ".datapoints"),
        ({"prometheus": "up", "above": 1, "datapoints": "1 of 31"}, "is not so many points", ".datapoints"),
        ({"prometheus": "up", "above": 1, "missing": "bad"}, "is not one of them", ".missing"),
        ({"prometheus": "up", "above": "90"}, "input should be a valid number", ".above"),
        ({"prometheus": "up{h='{host}'}", "above": 1}, "differs by host, but the check is not per host", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_path(metric: Any, what: str, below: str) -> None:
    found = only_problem((CHECKS, [{"metric": metric, "action": "restart"}]))
    assert found.path == f"services.shop.environments.production.checks.0.metric{below}"
    assert found.what.startswith(what)


@pytest.mark.parametrize(
    ("query", "what"),
    [("up", "is the same for every host"), ("up{z='{ZONE}'}", "{ZONE} is not a variable of web1, web2")],
)
def test_per_host_it_differs_by_variables_that_there_are(query: str, what: str) -> None:
    metric = {"prometheus": query, "above": 1}
    found = only_problem((CHECKS, [{"metric": metric, "action": "restart", "per_host": True}]))
    assert found.path.endswith("checks.0.metric")
    assert found.what.startswith(what)
