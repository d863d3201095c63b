"""The keys of `strategy.analysis.metrics`, and what of them cannot work."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml

from bot.errors import Problem
from bot.evidence import Worse
from bot.fleet.metrics import Metric, metric_shortfall
from bot.fleet.queries import filled, names_in, words_for
from bot.model import Host
from tests.fleet.samples import PRODUCTION, changed, load, problems

STRATEGY = (*PRODUCTION, "strategy")
CPU = {"name": "cpu", "prometheus": 'avg(cpu{instance="{host}:9100"})'}
LOAD = {"namespace": "CWAgent", "metric": "load", "dimensions": {"Host": "{name}"}}
ERRORS = 'sum(increase(bad{host="{name}"}[{every}]))'
REQUESTS = 'sum(increase(all{host="{name}"}[{every}]))'
COUNTS = {"name": "failures", "counts": {"errors": ERRORS, "requests": REQUESTS}}


def strategy(*metrics: dict[str, Any], bake: str = "30m") -> dict[str, Any]:
    return {"kind": "canary", "bake": bake, "analysis": {"metrics": list(metrics)}}


def metric(written: dict[str, Any]) -> Metric:
    fleet = load(changed((STRATEGY, strategy(written))))
    analysis = fleet.services["shop"].environments["production"].strategy.analysis
    assert analysis is not None
    return analysis.metrics[0]


def found(written: dict[str, Any], *more: dict[str, Any], bake: str = "30m") -> tuple[Problem, ...]:
    return problems(changed((STRATEGY, strategy(written, *more, bake=bake))))


def test_a_query_is_enough() -> None:
    made = metric(CPU)
    assert (made.every, made.worse, made.allowed, made.points) == (timedelta(minutes=1), Worse.HIGHER, 1.1, 20)
    assert made.compare
    assert not made.limited
    assert made.late == timedelta(0)


def test_every_key_can_be_set() -> None:
    keys = {"every": "30s", "unit": "%", "worse": "lower", "allowed": 1.5, "increase": 3, "points": 25}
    limits = {"most": 90, "least": 0.5, "failure_limit": 0, "inconclusive_limit": 5, "error_limit": 1}
    made = metric({**CPU, "url": "https://prom.example.com/", **keys, **limits})
    assert (made.worse, made.unit, made.increase, made.most, made.least) == (Worse.LOWER, "%", 3.0, 90.0, 0.5)
    assert (made.failure_limit, made.inconclusive_limit, made.error_limit) == (0, 5, 1)
    assert made.limited


def test_counts_and_metrics_of_cloudwatch() -> None:
    assert metric(COUNTS).counts is not None
    made = metric({"name": "load", "cloudwatch": LOAD})
    assert made.cloudwatch is not None
    assert (made.cloudwatch.stat, made.late) == ("Average", timedelta(minutes=2))
    sums = {"cloudwatch": {**LOAD, "stat": "Sum"}}
    mixed = metric({"name": "failures", "counts": {"errors": sums, "requests": REQUESTS, "sparse": True}})
    assert mixed.late == timedelta(minutes=2)


def test_what_it_writes_reads_back_the_same() -> None:
    for written in (CPU, COUNTS, {"name": "load", "cloudwatch": LOAD, "most": 5}):
        assert Metric.model_validate(metric(written).model_dump(exclude_unset=True)) == metric(written)


@pytest.mark.parametrize(
    ("written", "where", "what"),
    [
        ({**CPU, "name": "latency"}, "metrics.0.name", "is what the health question gives already"),
        ({**CPU, "name": "<!channel>"}, "metrics.0.name", "string should match"),
        ({**CPU, "alowed": 2}, "metrics.0.alowed", "is not a known key"),
        ({**CPU, "allowed": 0.9}, "metrics.0.allowed", "is out of range"),
        ({**CPU, "most": "90"}, "metrics.0.most", "input should be a valid number"),
        ({**CPU, "worse": "faster"}, "metrics.0.worse", "is not one of them"),
        ({**CPU, "every": "1s"}, "metrics.0.every", "is out of range"),
        ({**CPU, "prometheus": " "}, "metrics.0.prometheus", "is not a query"),
        ({**CPU, "url": "prom"}, "metrics.0.url", "is not a web address"),
        ({"name": "cpu"}, "metrics.0", "says nowhere to read it"),
        ({**CPU, "cloudwatch": LOAD}, "metrics.0", "is read in 2 places"),
        ({"name": "l", "cloudwatch": LOAD, "url": "http://p"}, "metrics.0", "has the url of a Prometheus"),
        ({"name": "l", "cloudwatch": {**LOAD, "stat": "Mean"}}, "cloudwatch.stat", "is not a statistic"),
        ({"name": "l", "cloudwatch": {**LOAD, "stat": "p101"}}, "cloudwatch.stat", "is not a statistic"),
        ({"name": "l", "cloudwatch": LOAD, "every": "90s"}, "metrics.0", "every is no period of CloudWatch"),
        ({**CPU, "compare": False}, "metrics.0", "would be judged by nothing"),
        ({**CPU, "most": 1, "least": 2}, "metrics.0", "has a least above its most"),
        ({**COUNTS, "worse": "lower"}, "metrics.0", "worse means nothing to counts"),
        ({**COUNTS, "counts": {"errors": ERRORS}}, "counts.requests", "is missing"),
        ({**COUNTS, "counts": {"errors": ERRORS, "requests": "up"}}, "metrics.0.counts", "must count one interval"),
        (
            {**COUNTS, "counts": {"errors": ERRORS, "requests": {"cloudwatch": LOAD}}},
            "metrics.0.counts",
            "must be sums of an interval",
        ),
        ({**CPU, "prometheus": 'cpu{host="{HOST}"}'}, "metrics.0", "{HOST} is not a variable of web1, web2"),
        ({**CPU, "prometheus": "cpu"}, "metrics.0", "asks the same of web1 and web2"),
        ({**CPU, "prometheus": 'cpu{e="{environment}"}'}, "metrics.0", "asks the same of web1 and web2"),
    ],
)
def test_what_cannot_work_is_refused_where_it_stands(written: dict[str, Any], where: str, what: str) -> None:
    (problem,) = found(written)
    assert problem.path.endswith(where)
    assert problem.what.startswith(what), problem


def test_two_metrics_of_one_name_are_refused() -> None:
    (problem,) = found(CPU, CPU)
    assert problem.what.startswith("calls two metrics cpu")


@pytest.mark.parametrize("value", ['a"b', "a'b", "a\\b", "a}b", "a\nb"])
def test_a_variable_that_could_change_the_query_is_refused(value: str) -> None:
    hosts = [{"name": f"web{at}", "address": f"u@10.0.0.{at}", "vars": {"APP_PORT": "1", "ID": value}} for at in (1, 2)]
    written = strategy({**CPU, "prometheus": 'cpu{id="{ID}",host="{name}"}'})
    (problem,) = problems(changed((STRATEGY, written), ((*PRODUCTION, "hosts"), hosts)))
    assert problem.what.startswith("{ID} of web1 holds a quote, a brace or a line end")


def test_a_variable_that_is_the_same_everywhere_tells_no_hosts_apart() -> None:
    hosts = [{"name": f"web{at}", "address": f"u@10.0.0.{at}", "vars": {"APP_PORT": "1", "DC": "x"}} for at in (1, 2)]
    written = strategy({**CPU, "prometheus": 'cpu{dc="{DC}"}'})
    (problem,) = problems(changed((STRATEGY, written), ((*PRODUCTION, "hosts"), hosts)))
    assert problem.what.startswith("asks the same of web1 and web2")


@pytest.mark.parametrize(
    ("written", "bake", "canaries", "lacking"),
    [
        (CPU, 21, 1, []),
        (CPU, 20, 1, ["19 points of cpu in all, and 20 are needed"]),  # the first interval may be cut off
        (CPU, 11, 2, []),
        ({"name": "load", "cloudwatch": LOAD}, 23, 1, []),
        (
            {"name": "load", "cloudwatch": LOAD},
            22,
            1,
            ["19 points of load in all, and 20 are needed"],
        ),  # points come late
        ({**CPU, "most": 9, "compare": False}, 4, 1, []),
        ({**CPU, "most": 9, "compare": False}, 3, 1, ["2 intervals of cpu, each 1m, and 3 are needed"]),
        (COUNTS, 2, 1, []),
        (COUNTS, 1, 1, ["0 intervals of failures, each 1m, and 1 is needed"]),
    ],
)
def test_a_bake_must_be_long_enough_for_a_metric_to_tell(
    written: dict[str, Any], bake: int, canaries: int, lacking: list[str]
) -> None:
    made = Metric.model_validate(written)
    assert list(metric_shortfall(made, timedelta(minutes=bake), canaries)) == lacking


def test_a_metric_that_can_never_have_enough_points_does_not_load() -> None:
    (problem,) = found(CPU, bake="5m")
    assert problem.path.endswith("strategy.analysis")
    assert "a bake of 5m gives 4 points of cpu in all, and 20 are needed" in problem.what


@pytest.mark.parametrize(
    ("query", "names", "asked"),
    [
        ('cpu{instance="{host}:9100"}', {"host"}, 'cpu{instance="10.0.0.5:9100"}'),
        ("{host}{name}", {"host", "name"}, "10.0.0.5web1"),
        ('a{b="{DISK}",c=~"x{2,3}"}[{every}]', {"DISK", "every"}, 'a{b="sda",c=~"x{2,3}"}[90s]'),
        ('{service="{service}",env="{environment}"}', {"service", "environment"}, '{service="shop",env="staging"}'),
        ("up{}", set(), "up{}"),
        ("sum by (le) (x)", set(), "sum by (le) (x)"),
    ],
)
def test_names_in_braces_are_filled_in_and_the_braces_of_promql_stay(query: str, names: set[str], asked: str) -> None:
    words = words_for(Host("web1", "u", "10.0.0.5", vars={"DISK": "sda"}), "shop", "staging", timedelta(seconds=90))
    assert names_in(query) == names
    assert filled(query, words) == asked


@pytest.mark.parametrize(
    ("dimensions", "what"),
    [
        ({"Host": "{DISK}"}, "is no metric of CloudWatch for web2: the dimension Host is empty"),
        ({"Host": "{name}", "Place": "Málaga"}, "for web1: the dimension Place has letters other than ASCII"),
        ({"Host": "{name}", ":Place": "here"}, "for web1: the dimension :Place begins with a colon"),
    ],
)
def test_dimensions_that_cloudwatch_does_not_take_are_refused(dimensions: dict[str, str], what: str) -> None:
    hosts = [
        {"name": f"web{at}", "address": f"u@10.0.0.{at}", "vars": {"APP_PORT": "1", "DISK": disk}}
        for at, disk in ((1, "sda"), (2, ""))
    ]
    written = strategy({"name": "load", "cloudwatch": {**LOAD, "dimensions": dimensions}})
    (problem,) = problems(changed((STRATEGY, written), ((*PRODUCTION, "hosts"), hosts)))
    assert problem.path.endswith("strategy.analysis.metrics.0")
    assert what in problem.what


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("checks.0.metric", {"checks": [{"metric": {"cloudwatch": "BAD", "above": 1}, "action": "restart"}]}),
        ("scale.cpu", {"scale": {"min": 1, "max": 4, "target_cpu": 60, "cpu": {"cloudwatch": "BAD"}}}),
    ],
)
def test_checks_and_the_cpu_are_held_to_the_same(place: str, more: dict[str, Any]) -> None:
    bad = {"namespace": "CWAgent", "metric": "load", "dimensions": {"Place": "Málaga", "Of": "{service}"}}
    ((key, written),) = yaml.safe_load(yaml.safe_dump(more).replace("BAD", json.dumps(bad))).items()
    (problem,) = problems(changed(((*PRODUCTION, key), written)))
    assert problem.path.endswith(place)
    assert "is no metric of CloudWatch: the dimension Place has letters other than ASCII" in problem.what
