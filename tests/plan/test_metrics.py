"""What a metric says of a canary: compared, held to its limits, and never successful without a number."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.evidence import Because, Limit, Method, Reading, Sample, Verdict
from bot.fleet.analysis import Analysis
from bot.fleet.metrics import Metric
from bot.plan.analysis import judge, rules_of
from bot.plan.metrics import MetricRules, due, judge_metric, measurement, number_of, rules_of_metric, tally, trouble_of

OLD = ("web2", "web3", "web4")
NOTHING = "the query returned nothing"


def rules(**keys: Any) -> MetricRules:
    return rules_of_metric(Metric.model_validate({"name": "cpu", "prometheus": "cpu{host='{name}'}", **keys}))


def counts(**keys: Any) -> MetricRules:
    pair = {"errors": "bad{h='{name}'}[{every}]", "requests": "all{h='{name}'}[{every}]"}
    return rules_of_metric(Metric.model_validate({"name": "cpu", "counts": pair, **keys}))


LATE = rules_of_metric(
    Metric.model_validate(
        {"name": "cpu", "cloudwatch": {"namespace": "n", "metric": "m", "dimensions": {"h": "{name}"}}, "most": 9}
    )
)


def reading(host: str, number: int, value: float | None, trouble: str = "", **more: Any) -> Reading:
    return Reading("cpu", number, host, host == "web1", value, trouble=trouble, **more)


def bake(intervals: int, canary: float | None, old: float | None = 40.0, spread: float = 1.0) -> list[Reading]:
    """One canary beside three old hosts; None is an interval in which the query returned nothing."""
    made = []
    for number in range(intervals):
        apart = number % 5 * spread
        for host, value in (("web1", canary), *((host, old) for host in OLD)):
            known = None if value is None else value + apart
            made.append(reading(host, number, known, "" if known is not None else NOTHING))
    return made


def counted(intervals: int, errors: float, requests: float, old: float = 0.0) -> list[Reading]:
    pairs = [("web1", errors), *((host, old) for host in OLD)]
    return [
        Reading("cpu", number, host, host == "web1", bad, requests)
        for number in range(intervals)
        for host, bad in pairs
    ]


@pytest.mark.parametrize(
    ("readings", "keys", "verdict", "because"),
    [
        (bake(20, 40.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),
        (bake(20, 42.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),  # a twentieth more is allowed
        (bake(20, 60.0), {}, Verdict.FAILED, Because.WORSE),
        (bake(20, 90.0), {}, Verdict.FAILED, Because.FAR_WORSE),
        (bake(20, 60.0), {"allowed": 2}, Verdict.SUCCESSFUL, Because.WITHIN),
        (bake(20, 60.0), {"increase": 30}, Verdict.SUCCESSFUL, Because.WITHIN),
        (bake(20, 60.0), {"worse": "lower"}, Verdict.SUCCESSFUL, Because.WITHIN),
        (bake(20, 20.0), {"worse": "lower"}, Verdict.FAILED, Because.FAR_WORSE),
        (bake(10, 60.0), {}, Verdict.FAILED, Because.WORSE),  # ten points are enough to stop on
        (bake(9, 60.0), {}, Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (bake(19, 40.0), {}, Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (bake(30, 40.0), {"points": 50}, Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (bake(20, None), {"inconclusive_limit": 99}, Verdict.INCONCLUSIVE, Because.NO_DATA),
        (bake(20, 40.0, old=None), {}, Verdict.INCONCLUSIVE, Because.NO_DATA),
        ([], {}, Verdict.INCONCLUSIVE, Because.NO_DATA),
        (bake(20, 0.0, 0.0, spread=0.0), {}, Verdict.INCONCLUSIVE, Because.SPARSE),
        (bake(200, 0.0, 0.0, spread=0.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),
        (bake(20, 5.0, 5.0, spread=0.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),  # one number everywhere
    ],
)
def test_a_series_is_compared_with_the_old_release(
    readings: Sequence[Reading], keys: dict[str, Any], verdict: Verdict, because: Because
) -> None:
    found = judge_metric(readings, rules(**keys))
    assert (found.evidence.verdict, found.evidence.because, found.limit) == (verdict, because, None)


@pytest.mark.parametrize(
    ("readings", "keys", "verdict", "because"),
    [
        (counted(5, 5.0, 100.0), {}, Verdict.FAILED, Because.WORSE),
        (counted(5, 5.0, 100.0, old=5.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),
        (counted(1, 5.0, 100.0), {}, Verdict.INCONCLUSIVE, Because.TOO_FEW),
        (counted(5, 0.0, 0.0), {}, Verdict.INCONCLUSIVE, Because.NO_DATA),
        (counted(20, 0.26, 10.4, old=0.26), {}, Verdict.SUCCESSFUL, Because.WITHIN),  # increase() need not be whole
        (counted(5, 101.0, 100.0, old=101.0), {}, Verdict.SUCCESSFUL, Because.WITHIN),
    ],
)
def test_counts_are_compared_by_their_shares(
    readings: Sequence[Reading], keys: dict[str, Any], verdict: Verdict, because: Because
) -> None:
    found = judge_metric(readings, counts(**keys)).evidence
    assert (found.verdict, found.because, found.method) == (verdict, because, Method.COUNTS)


def test_more_errors_than_requests_are_two_queries_that_do_not_belong_together() -> None:
    found = judge_metric(counted(5, 200.0, 100.0), counts()).evidence
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.trouble == "there are more errors than requests: check the two queries"


def failing(number: int) -> Reading:
    return reading("web1", number, None, "Prometheus could not be reached", failed=True)


@pytest.mark.parametrize(
    ("readings", "keys", "limit"),
    [
        (bake(3, 95.0, 50.0), {"most": 90}, Limit.FAILURES),
        (bake(2, 95.0, 50.0), {"most": 90}, None),
        (bake(1, 95.0, 50.0), {"most": 90, "failure_limit": 0}, Limit.FAILURES),
        (bake(9, 85.0, 50.0), {"most": 90}, None),  # up to 89
        (bake(3, 1.0, 50.0), {"least": 5.5}, Limit.FAILURES),
        (bake(3, 95.0, 95.0), {"most": 90}, Limit.UNCLEAR),  # the old release is as far beyond
        (bake(3, None), {}, Limit.UNCLEAR),
        (bake(2, None), {}, None),
        (bake(9, 40.0, None), {"most": 90}, None),
        ([failing(number) for number in range(5)], {}, Limit.ERRORS),
        ([failing(number) for number in range(4)], {}, None),
        ([failing(number) for number in (0, 1, 3, 4)] + [reading("web1", 2, 40.0)], {"error_limit": 2}, None),
    ],
)
def test_a_hard_limit_ends_it_before_its_time(
    readings: Sequence[Reading], keys: dict[str, Any], limit: Limit | None
) -> None:
    assert judge_metric(readings, rules(**keys)).limit is limit


@pytest.mark.parametrize(
    ("errors", "requests", "limit"),
    [(30.0, 100.0, Limit.FAILURES), (1.0, 100.0, None), (0.0, 0.0, Limit.UNCLEAR)],
)
def test_the_hard_limit_of_counts_is_a_share(errors: float, requests: float, limit: Limit | None) -> None:
    assert judge_metric(counted(3, errors, requests), counts(most=0.05)).limit is limit


@pytest.mark.parametrize(
    ("readings", "verdict", "mean"),
    [
        (bake(9, 40.0), Verdict.SUCCESSFUL, 41.777),
        (bake(3, 95.0), Verdict.FAILED, 96.0),
        (bake(2, None), Verdict.INCONCLUSIVE, None),
        ([], Verdict.INCONCLUSIVE, None),
        ([failing(0)], Verdict.INCONCLUSIVE, None),
        ([failing(number) for number in range(9)], Verdict.INCONCLUSIVE, None),
    ],
)
def test_one_that_is_not_compared_is_judged_by_its_limits_alone(
    readings: Sequence[Reading], verdict: Verdict, mean: float | None
) -> None:
    found = judge_metric(readings, rules(compare=False, most=90)).evidence
    assert (found.verdict, found.method) == (verdict, Method.LIMITS)
    assert found.canary == (None if mean is None else pytest.approx(mean, abs=0.001))


def test_an_interval_whose_points_may_still_come_is_not_counted() -> None:
    """CloudWatch, two minutes late: of five intervals without a number the newest two are on their way."""
    found = tally(bake(5, None), LATE)
    assert (found.inconclusive, found.measurements) == (3, 3)
    late = [reading("web1", 4, 5.0), *[one for one in bake(5, None) if one.number < 4]]
    assert tally(late, LATE).successful == 1


@pytest.mark.parametrize(
    ("together", "verdict"),
    [
        ([], Verdict.INCONCLUSIVE),
        ([reading("web2", 0, 95.0)], Verdict.INCONCLUSIVE),  # nothing of the canary
        ([reading("web1", 0, 95.0)], Verdict.FAILED),
        ([reading("web1", 0, 95.0), reading("web2", 0, None)], Verdict.FAILED),
        ([reading("web1", 0, 95.0), reading("web2", 0, 95.0), reading("web3", 0, 5.0)], Verdict.FAILED),
        ([reading("web1", 0, 95.0), reading("web2", 0, 95.0)], Verdict.INCONCLUSIVE),
        ([reading("web1", 0, 5.0), Reading("cpu", 0, "web5", True, 95.0)], Verdict.FAILED),  # one of two canaries
        ([reading("web1", 0, 5.0), Reading("cpu", 0, "web5", True, None)], Verdict.INCONCLUSIVE),
        ([failing(0), reading("web2", 0, 5.0)], Verdict.ERROR),
    ],
)
def test_one_interval_is_one_measurement(together: Sequence[Reading], verdict: Verdict) -> None:
    assert measurement(together, rules(most=90)) is verdict


@pytest.mark.parametrize(
    ("readings", "words"),
    [
        ([], ""),
        (bake(3, 40.0), ""),
        (bake(3, None), f"{NOTHING} for web1"),
        (bake(3, None, None), f"{NOTHING} for web1, web2, web3 and others"),
        (bake(3, 40.0, None), f"{NOTHING} for web2, web3, web4"),
        ([*bake(3, None), failing(9)], "Prometheus could not be reached for web1"),  # the newest
    ],
)
def test_the_trouble_names_the_query_and_the_hosts(readings: Sequence[Reading], words: str) -> None:
    assert trouble_of(readings) == words


def test_a_trouble_is_told_only_where_it_matters() -> None:
    once = [*bake(20, 40.0), reading("web9", 5, None, NOTHING)]
    assert judge_metric(once, rules()).evidence.trouble == ""
    assert judge_metric(bake(3, None), rules()).evidence.trouble == f"{NOTHING} for web1"


@pytest.mark.parametrize(
    ("value", "requests", "number"), [(3.0, None, 3.0), (None, None, None), (5.0, 100.0, 0.05), (0.0, 0.0, None)]
)
def test_the_number_of_counts_is_their_share(value: float | None, requests: float | None, number: float | None) -> None:
    assert number_of(Reading("cpu", 0, "web1", True, value, requests)) == number


BOTH = ("web1", "web2")
KNOWN = [reading("web1", 0, 1.0), reading("web2", 0, None)]


@pytest.mark.parametrize(
    ("ended", "readings", "lag", "wanted"),
    [
        (0, [], 0, {}),
        (1, [], 0, {0: ["web1", "web2"]}),
        (3, [], 0, {0: ["web1", "web2"], 1: ["web1", "web2"], 2: ["web1", "web2"]}),  # after a crash
        (1, KNOWN, 2, {}),  # nothing new has ended
        (2, KNOWN, 0, {1: ["web1", "web2"]}),
        (2, KNOWN, 2, {0: ["web2"], 1: ["web1", "web2"]}),  # it may have come meanwhile
        (3, KNOWN, 2, {0: ["web2"], 1: ["web1", "web2"], 2: ["web1", "web2"]}),
        (4, KNOWN, 2, {1: ["web1", "web2"], 2: ["web1", "web2"], 3: ["web1", "web2"]}),
    ],
)
def test_what_is_to_be_asked_of_which_interval(
    ended: int, readings: Sequence[Reading], lag: int, wanted: dict[int, list[str]]
) -> None:
    assert due(ended, readings, BOTH, lag) == wanted


HEALTHY = [
    Sample(number, host, host == "web1", 10, 0, 12.0 + number % 5 / 10)
    for number in range(24)
    for host in ("web1", *OLD)
]


@pytest.mark.parametrize(
    ("readings", "verdict", "limit", "metric"),
    [
        (bake(20, 40.0), Verdict.SUCCESSFUL, None, ""),
        (bake(20, 60.0), Verdict.FAILED, None, ""),
        (bake(5, 40.0), Verdict.INCONCLUSIVE, None, ""),
        ([], Verdict.INCONCLUSIVE, None, ""),  # no data never promotes, however healthy it is
        (bake(3, None), Verdict.INCONCLUSIVE, Limit.UNCLEAR, "cpu"),
        (bake(3, 95.0), Verdict.FAILED, Limit.FAILURES, "cpu"),
        ([failing(number) for number in range(5)], Verdict.ERROR, Limit.ERRORS, "cpu"),
    ],
)
def test_a_metric_and_the_health_question_are_judged_together(
    readings: Sequence[Reading], verdict: Verdict, limit: Limit | None, metric: str
) -> None:
    written = {"name": "cpu", "prometheus": "cpu{h='{name}'}", "most": 90}
    found = judge(HEALTHY, rules_of(Analysis.model_validate({"metrics": [written]})), readings)
    assert (found.verdict, found.limit, found.metric) == (verdict, limit, metric)
    assert [one.metric for one in found.evidence] == ["errors", "latency", "cpu"]


def test_the_hard_limit_of_the_health_question_comes_first() -> None:
    broken = [Sample(number, "web1", True, 10, 10) for number in range(3)]
    rule = rules_of(
        Analysis.model_validate({"metrics": [{"name": "cpu", "prometheus": "cpu{h='{name}'}", "most": 90}]})
    )
    found = judge(broken, rule, bake(3, 95.0))
    assert (found.verdict, found.limit, found.metric) == (Verdict.FAILED, Limit.FAILURES, "")


def test_the_fleet_files_words_are_the_judges() -> None:
    made = rules(every="30s", worse="lower", allowed=1.5, increase=2, points=30, most=9, least=1, error_limit=7)
    assert (made.every, made.lag) == (timedelta(seconds=30), 0)
    assert (made.series.allowed, made.series.least, made.series.promote_from) == (1.5, 2.0, 30)
    assert made.passes is not None
    assert made.passes.passes is not None
    assert (made.passes.passes.least, made.passes.passes.most) == (1.0, 9.0)
    assert (made.limits.failures, made.limits.inconclusive, made.limits.consecutive_errors) == (2, 2, 7)
    assert LATE.lag == 2
    assert counts().counts is not None
