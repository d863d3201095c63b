"""What hosts and targets say passes on without known secrets; what says nothing passes untouched."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.backends.base import Answer, Backend, Ending, HostResult, Order, StepSpec
from bot.backends.discreet import DiscreetBackend, DiscreetProber, discreet_answer
from bot.backends.probers import Probers
from bot.model import Blind, Probe, Step
from bot.questions import Ask
from bot.secrecy import Secrets
from tests.backends.places import MemoryPlace
from tests.backends.test_probers import WEB, Said

TOKEN = "s3cr3t-of-the-shop"
HIDDEN = Secrets([TOKEN]).hidden
NOW = datetime(2026, 11, 20, tzinfo=UTC)
GOOD, BAD = Probe(True, 0.1, 200), Probe(False, 0.1, 401, f"answered 401 in 100 ms: {TOKEN} is wrong")
EVER = timedelta(minutes=1)
Act = Callable[[Backend, MemoryPlace, Order], Sequence[HostResult]]


def heard(_host: str, _step: Step) -> None:
    """Nobody listens."""


ACTS: dict[Step, Act] = {
    Step.TEST: lambda backend, place, order: backend.bring(place.site, order, place.hosts, heard),
    Step.BESIDE: lambda backend, place, order: backend.prepare(place.site, order, place.hosts, heard),
    Step.RETIRE: lambda backend, place, order: backend.retire(place.site, order, place.hosts),
    Step.RESTART: lambda backend, place, order: backend.restart(place.site, order, place.hosts),
    Step.COMMAND: lambda backend, place, order: backend.command(place.site, order, place.hosts, StepSpec("", EVER)),
}


@pytest.mark.parametrize("step", ACTS)
def test_what_a_step_said_is_told_without_secrets(step: Step) -> None:
    place = MemoryPlace(2)
    backend = DiscreetBackend(place.backend(), HIDDEN)
    backend.bring(place.site, Order("deploy-1", place.release()), place.hosts, heard)
    place.backend().fail("web1", step, 3, f"TOKEN={TOKEN}\nfailed")
    first, second = ACTS[step](backend, place, Order("deploy-2", place.release()))
    assert (first.ok, first.step, first.tail) == (False, step, "TOKEN=***\nfailed")
    assert second.ending is Ending.DONE


def test_a_host_that_cannot_be_deployed_to_says_why_without_secrets() -> None:
    place = MemoryPlace(2)
    place.backend().machine("web1").trouble = f"no login with {TOKEN}"
    first, second = DiscreetBackend(place.backend(), HIDDEN).survey(place.site, place.hosts)
    assert (first.trouble, second.trouble) == ("no login with ***", "")


def test_a_health_check_of_a_deploy_is_told_without_secrets() -> None:
    class Shop:
        def probe(self, asks: Sequence[Ask]) -> list[Probe]:
            return [GOOD, BAD][: len(asks)]

    good, bad = DiscreetProber(Shop(), HIDDEN).probe([WEB, WEB])
    assert good is GOOD
    assert bad == replace(BAD, cause="answered 401 in 100 ms: *** is wrong")


def test_every_kind_of_check_is_told_without_secrets_and_so_is_the_log() -> None:
    web = Said()
    web.probes = {"bad": BAD, "blind": Probe(False, 0.0, None, f"no key {TOKEN}", Blind.UNKNOWN)}
    probers = Probers({Ask: web}, HIDDEN)
    probers.submit([("good", WEB), ("bad", WEB), ("blind", WEB)])
    causes = {answer.tag: answer.probe.cause for answer in probers.collect()}
    assert causes == {"good": "", "bad": "answered 401 in 100 ms: *** is wrong", "blind": "no key ***"}


def test_only_what_failed_is_looked_at() -> None:
    def broken(text: str) -> str:
        raise AssertionError(text)

    answer = Answer("good", GOOD, NOW)
    assert discreet_answer(answer, broken) is answer
    with pytest.raises(AssertionError):
        discreet_answer(Answer("bad", BAD, NOW), broken)


def test_an_answer_without_secrets_is_the_very_same() -> None:
    answer = Answer("bad", replace(BAD, cause="answered 503"), NOW)
    assert discreet_answer(answer, HIDDEN) is answer
