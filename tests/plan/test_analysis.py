from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest

from bot.evidence import Because, Limit, Sample, Verdict
from bot.fleet.analysis import Analysis
from bot.model import Probe
from bot.plan.analysis import judge, measurement, old_hosts, rules_of, sampled, tally
from bot.records import HostLine
from tests.building import release

RULES = rules_of(Analysis())
STRICT = rules_of(Analysis.model_validate({"latency": {"most": "50ms"}}))
OLD = ("web2", "web3", "web4")


def sample(host: str, number: int = 0, errors: int = 0, latency: float | None = 12.0, requests: int = 10) -> Sample:
    return Sample(number, host, host == "web1", requests, errors, latency)


def interval(number: int, canary: int = 0, old: int = 0, latency: float = 12.0) -> list[Sample]:
    """All four hosts; so many errors of ten on the canary, and on each old host."""
    ours = sample("web1", number, canary, latency if canary < 10 else None)
    return [ours, *(sample(host, number, old, 12.0 + number % 5 / 10 if old < 10 else None) for host in OLD)]


def bake(
    intervals: int, canary: int = 0, old: int = 0, latency: float = 12.0, bad: Iterable[int] | None = None
) -> list[Sample]:
    """So many intervals; `bad` are those in which anything was wrong, all when left out."""
    which = range(intervals) if bad is None else set(bad)
    return [
        one
        for number in range(intervals)
        for one in interval(
            number, canary if number in which else 0, old if number in which else 0, latency + number % 5 / 10
        )
    ]


@pytest.mark.parametrize(
    ("samples", "verdict", "limit"),
    [
        (bake(24), Verdict.SUCCESSFUL, None),
        (bake(24, latency=13.0), Verdict.SUCCESSFUL, None),  # a twelfth slower is allowed
        (bake(24, latency=16.0), Verdict.SUCCESSFUL, None),  # a third slower, and only four milliseconds
        (bake(24, latency=20.0), Verdict.FAILED, None),
        (bake(10, latency=20.0), Verdict.FAILED, None),  # ten points are enough to stop on
        (bake(9, latency=20.0), Verdict.INCONCLUSIVE, None),
        (bake(24, canary=1), Verdict.FAILED, None),
        (bake(24, canary=1, old=1), Verdict.SUCCESSFUL, None),
        (bake(24, canary=1, bad=[3]), Verdict.SUCCESSFUL, None),  # one bad answer proves nothing
        (bake(19), Verdict.INCONCLUSIVE, None),
        ([], Verdict.INCONCLUSIVE, None),
        ([one for one in bake(24) if one.canary], Verdict.INCONCLUSIVE, None),  # no old host is left
        (bake(3, canary=10), Verdict.FAILED, Limit.FAILURES),
        (bake(24, canary=5, bad=[1, 9, 17]), Verdict.FAILED, Limit.FAILURES),
        (bake(5, canary=10, old=10), Verdict.ERROR, Limit.ERRORS),
        (bake(24, old=10), Verdict.SUCCESSFUL, None),  # the old release was broken: its fix goes on
        (bake(19, old=10), Verdict.INCONCLUSIVE, None),  # but not on too few answers
    ],
)
def test_what_was_seen_becomes_a_verdict(samples: Sequence[Sample], verdict: Verdict, limit: Limit | None) -> None:
    found = judge(samples, RULES)
    assert (found.verdict, found.limit) == (verdict, limit)


def test_of_too_few_intervals_the_evidence_says_how_long_more() -> None:
    found = judge(bake(10), RULES)
    assert [one.because for one in found.evidence] == [Because.TOO_FEW, Because.TOO_FEW]
    assert found.wait == timedelta(minutes=1)  # fifty seconds, in whole minutes


def test_a_broken_old_release_leaves_only_errors_to_compare() -> None:
    assert [one.metric for one in judge(bake(24, old=10), RULES).evidence] == ["errors"]
    assert [one.metric for one in judge(bake(24), RULES).evidence] == ["errors", "latency"]


@pytest.mark.parametrize(
    ("together", "verdict"),
    [
        (interval(0), Verdict.SUCCESSFUL),
        (interval(0, canary=4), Verdict.SUCCESSFUL),
        (interval(0, canary=5), Verdict.FAILED),  # half of the answers
        (interval(0, canary=10, old=10), Verdict.ERROR),
        (interval(0, old=10), Verdict.SUCCESSFUL),
        (
            [*interval(0, canary=10)[:1], sample("web2", errors=10), sample("web3")],
            Verdict.FAILED,
        ),  # one old host is well
        ([sample("web1", errors=10)], Verdict.FAILED),  # nobody to blame the network by
        ([sample("web1", requests=0, latency=None)], Verdict.SUCCESSFUL),
        ([sample("web1"), Sample(0, "web5", True, 10, 10), sample("web2")], Verdict.FAILED),  # one of two canaries
    ],
)
def test_one_interval_is_one_measurement(together: Sequence[Sample], verdict: Verdict) -> None:
    assert measurement(together, RULES) is verdict


@pytest.mark.parametrize(
    ("latency", "old", "verdict"),
    [(50.0, 12.0, Verdict.SUCCESSFUL), (51.0, 12.0, Verdict.FAILED), (51.0, 51.0, Verdict.ERROR)],
)
def test_a_hard_limit_of_latency_counts_as_bad(latency: float, old: float, verdict: Verdict) -> None:
    together = [sample("web1", latency=latency), *(sample(host, latency=old) for host in OLD)]
    assert measurement(together, STRICT) is verdict
    assert measurement(together, RULES) is Verdict.SUCCESSFUL


def test_the_tally_counts_intervals_in_their_order_whatever_order_they_come_in() -> None:
    samples = [*interval(1, canary=10), *interval(2, canary=10, old=10), *interval(0)]
    found = tally(samples, RULES)
    assert (found.successful, found.failed, found.errors, found.consecutive_errors) == (1, 1, 1, 1)


def test_a_samples_latency_is_the_median_of_the_good_answers_alone() -> None:
    probes = [Probe(True, 0.010, 200), Probe(False, 0.001, 500), Probe(True, 0.030, 200), Probe(True, 0.012, 200)]
    assert sampled(3, "web1", True, probes) == Sample(3, "web1", True, 4, 1, 12.0)
    assert sampled(0, "web2", False, [Probe(False, 5.0)]) == Sample(0, "web2", False, 1, 1, None)
    assert sampled(0, "web2", False, []) == Sample(0, "web2", False, 0, 0, None)


def test_old_hosts_are_those_of_later_batches_that_run_something() -> None:
    before = release("1.4.1").sha
    lines = [HostLine("web1", 0, before=before), HostLine("web2", 1, before=before), HostLine("web3", 2)]
    assert old_hosts(lines, 0) == ["web2"]


def test_the_fleet_files_limits_are_the_judges() -> None:
    config = Analysis.model_validate(
        {
            "every": "2s",
            "latency": {"allowed": 1.5, "increase": "20ms", "points": 30, "most": "1s"},
            "errors": {"increase": "2%", "requests": 500, "most": "20%"},
        }
    )
    rules = rules_of(config)
    assert rules.every == rules.limits.interval == timedelta(seconds=2)
    assert (rules.latency.allowed, rules.latency.least, rules.latency.promote_from) == (1.5, 20.0, 30)
    assert (rules.errors.least, rules.errors.least_increase) == (500, 0.02)
    assert rules.bad.fails is not None
    assert rules.bad.fails.least == 0.2
    assert rules.slow is not None
    assert rules.slow.passes is not None
    assert rules.slow.passes.most == 1000.0
