"""How often the judge of metrics cries wolf, and how often it sees one, with the defaults of the fleet file. Seeded."""

import numpy as np
import pytest

from bot.evidence import Reading, Verdict
from bot.plan.metrics import judge_metric
from tests.plan.test_metrics import OLD, counts, reading, rules


def simulated(source: np.random.Generator, times: float, n: int = 20) -> list[Reading]:
    """A noisy gauge (log-normal, a third of it) of one canary and three old hosts."""
    return [
        reading(host, number, float((times if host == "web1" else 1.0) * 40 * source.lognormal(0, 0.3)))
        for number in range(n)
        for host in ("web1", *OLD)
    ]


@pytest.mark.parametrize(("times", "least", "most"), [(1.0, 0.0, 0.02), (1.5, 0.8, 1.0), (2.0, 0.98, 1.0)])
def test_how_often_twenty_points_beside_three_old_hosts_fail_it(times: float, least: float, most: float) -> None:
    source, rule, rounds = np.random.default_rng(7), rules(), 200
    verdicts = [judge_metric(simulated(source, times), rule).evidence.verdict for _ in range(rounds)]
    assert least <= verdicts.count(Verdict.FAILED) / rounds <= most
    assert Verdict.INCONCLUSIVE not in verdicts


@pytest.mark.parametrize(("share", "least", "most"), [(0.005, 0.0, 0.03), (0.02, 0.9, 1.0), (0.05, 0.99, 1.0)])
def test_how_often_a_thousand_requests_fail_a_share_of_errors(share: float, least: float, most: float) -> None:
    source, rule, rounds = np.random.default_rng(11), counts(), 300
    failed = 0
    for _ in range(rounds):
        made = [
            Reading("cpu", number, host, host == "web1", float(source.binomial(100, p)), 100.0)
            for number in range(10)
            for host, p in (("web1", share), *((old, 0.005) for old in OLD))
        ]
        failed += judge_metric(made, rule).evidence.verdict is Verdict.FAILED
    assert least <= failed / rounds <= most
