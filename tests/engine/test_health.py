from collections.abc import Callable, Sequence

import pytest

from bot.engine.health import HealthGate
from bot.fleet import HealthConfig
from bot.model import Host, Probe
from bot.plan.gate import cause_of
from bot.questions import Ask
from tests.building import names, seconds
from tests.engine.watching import HandClock

GOOD, BAD = Probe(True, 0.01, 200), Probe(False, 0.04, 503, "answered 503 in 40 ms")
HOSTS = [Host(name, "deploy", f"10.0.0.{at}", vars={"PORT": f"800{at}"}) for at, name in enumerate(names(3), 1)]


class Told:
    """A prober that answers each address as told by its round, counted from 0; each round takes `takes` seconds."""

    def __init__(self, clock: HandClock, answer: Callable[[str, int], Probe], takes: float = 0.0) -> None:
        self._clock, self._answer, self._takes = clock, answer, takes
        self.rounds: list[list[Ask]] = []

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        number = len(self.rounds)
        self.rounds.append(list(asks))
        self._clock.sleep(seconds(self._takes))
        return [self._answer(ask.url, number) for ask in asks]


def config(**settings: object) -> HealthConfig:
    return HealthConfig.model_validate({"http": "http://{host}:{PORT}/healthz", "again": "0s", **settings})


def test_each_host_is_asked_at_its_own_address_as_the_fleet_file_says() -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: GOOD)
    HealthGate(told, clock).wait(config(status=[200, 204], body="ok", request_timeout="2s", successes=1), HOSTS)
    (asks,) = told.rounds
    assert [ask.url for ask in asks] == [f"http://10.0.0.{at}:800{at}/healthz" for at in (1, 2, 3)]
    assert {(ask.timeout, ask.statuses, ask.body) for ask in asks} == {(seconds(2), frozenset({200, 204}), "ok")}


def test_a_host_that_is_well_often_enough_is_not_asked_again() -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: BAD if ".2:" in url and number < 3 else GOOD)
    watches = HealthGate(told, clock).wait(config(), HOSTS)
    assert [len(asks) for asks in told.rounds] == [3, 3, 1, 1, 1]
    assert {name: watch.healthy_after for name, watch in watches.items()} == {
        "web1": seconds(1),
        "web2": seconds(4),
        "web3": seconds(1),
    }


def test_the_deadline_is_kept_and_the_last_cause_is_known() -> None:
    clock = HandClock()
    begun = clock.now()
    told = Told(clock, lambda url, number: BAD if ".2:" in url else GOOD)
    watches = HealthGate(told, clock).wait(config(timeout="10s", every="3s"), HOSTS)
    assert [name for name, watch in watches.items() if watch.healthy] == ["web1", "web3"]
    assert watches["web2"].cause == "answered 503 in 40 ms"
    assert clock.now() - begun == seconds(12)
    assert len(told.rounds) == 5


def test_slow_answers_count_against_the_deadline() -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: BAD, takes=5)
    HealthGate(told, clock).wait(config(timeout="10s"), HOSTS)
    assert len(told.rounds) == 2


@pytest.mark.parametrize("successes", [1, 5])
def test_it_takes_as_many_good_answers_as_the_fleet_file_says(successes: int) -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: GOOD)
    HealthGate(told, clock).wait(config(successes=successes), HOSTS[:1])
    assert len(told.rounds) == successes


def test_two_hundred_hosts_are_asked_together() -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: GOOD)
    many = [Host(f"web{at}", "deploy", f"10.1.0.{at}", vars={"PORT": "80"}) for at in range(200)]
    watches = HealthGate(told, clock).wait(config(), many)
    assert [len(asks) for asks in told.rounds] == [200, 200]
    assert all(watch.healthy for watch in watches.values())


def test_every_host_is_asked_once_more_some_seconds_after_it_was_well() -> None:
    clock = HandClock()
    begun = clock.now()
    told = Told(clock, lambda url, number: GOOD)
    watches = HealthGate(told, clock).wait(config(again="5s"), HOSTS)
    assert [len(asks) for asks in told.rounds] == [3, 3, 3]
    assert clock.now() - begun == seconds(6)
    assert {watch.healthy_after for watch in watches.values()} == {seconds(1)}


def test_what_says_that_it_is_up_and_then_dies_is_not_healthy() -> None:
    clock = HandClock()
    told = Told(clock, lambda url, number: BAD if ".2:" in url and number >= 2 else GOOD)
    watches = HealthGate(told, clock).wait(config(again="5s", timeout="20s"), HOSTS)
    assert [name for name, watch in watches.items() if watch.healthy] == ["web1", "web3"]
    assert cause_of(watches["web2"], seconds(20)) == "was well after 1 s, then answered 503 in 40 ms"


def test_all_is_to_halt_while_nobody_is_asked() -> None:
    clock = HandClock()
    begun = clock.now()
    told = Told(clock, lambda url, number: GOOD)
    HealthGate(told, clock).wait(config(again="10m"), HOSTS, lambda: clock.now() - begun >= seconds(3))
    assert clock.now() - begun == seconds(3)
    assert len(told.rounds) == 2
