"""Metrics without a point are looked for by their names, each name once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.backends.base import Value
from bot.cloud import Account
from bot.engine.sought import sought
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric
from tests.engine.outside import Gauges

HERE, THERE = Account("eu-west-1"), Account("us-east-1")
LOAD = CloudMetric("Shop", "Load", "Average", (("Host", "web1"),), timedelta(minutes=1), HERE)
WEB2 = replace(LOAD, dimensions=(("Host", "web2"),))
QUEUE = replace(LOAD, metric="Queue")
FAR = replace(LOAD, account=THERE)


def kept(gauges: Gauges, **names: Kept) -> None:
    def listed(metrics: Sequence[CloudMetric]) -> Kept:
        return names.get(metrics[0].metric, Kept(series=frozenset({LOAD.dimensions})))

    gauges.listed = listed


def test_what_is_quiet_stays_out_and_what_is_not_there_is_lasting() -> None:
    gauges = Gauges()
    kept(gauges, Queue=Kept("eu-west-1", names=("Queues",)))
    found = sought(gauges, [LOAD, QUEUE])
    assert list(found) == [QUEUE]
    assert (found[QUEUE].number, found[QUEUE].failed, found[QUEUE].lasting) == (None, False, True)
    assert "did you mean Queues?" in found[QUEUE].trouble


def test_each_name_of_each_account_is_listed_once() -> None:
    gauges = Gauges()
    sought(gauges, [LOAD, QUEUE, FAR, WEB2])
    assert gauges.sought == [(LOAD, WEB2), (QUEUE,), (FAR,)]


def test_an_account_that_gives_no_list_is_asked_once_and_the_others_still() -> None:
    gauges = Gauges()
    gauges.listed = lambda metrics: Kept(trouble="denied") if metrics[0].account == HERE else Kept()
    found = sought(gauges, [LOAD, QUEUE, FAR])
    denied = Value(None, "denied", failed=True)
    assert (found[LOAD], found[QUEUE]) == (denied, denied)
    assert found[FAR].lasting
    assert gauges.sought == [(LOAD,), (FAR,)]


def test_nothing_to_look_for_is_no_list() -> None:
    gauges = Gauges()
    assert sought(gauges, []) == {}
    assert gauges.sought == []
