"""What outside systems say passes on without known secrets; what says nothing passes untouched, and so do names."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.backends.aws_calls import Calls
from bot.backends.base import Answer, Backend, Ending, HostFacts, HostResult, Order, StepSpec, Value
from bot.backends.busy import Busy
from bot.backends.discreet import WORDS, discreet, discreet_answer
from bot.backends.probers import Probers
from bot.capacity import Fitness, Machine, Standing
from bot.ci import CommitCheck
from bot.cloud import GroupStand, Member
from bot.cloud_trouble import CloudTrouble
from bot.errors import ChecksBusy, CloudRefused, HostUnreachable, RefUnknown, SlackRefused, StepFailed
from bot.managed import Course, ManagedFacts, Phase, Proposed, TaskEnd
from bot.model import Blind, Host, Probe, Release, Step
from bot.questions import Ask
from bot.questions.kept import Kept
from bot.records import Commit
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
    backend = discreet(place.backend(), HIDDEN)
    backend.bring(place.site, Order("deploy-1", place.release()), place.hosts, heard)
    place.backend().fail("web1", step, 3, f"TOKEN={TOKEN}\nfailed")
    first, second = ACTS[step](backend, place, Order("deploy-2", place.release()))
    assert (first.ok, first.step, first.tail) == (False, step, "TOKEN=***\nfailed")
    assert second.ending is Ending.DONE


def test_a_host_that_cannot_be_deployed_to_says_why_without_secrets() -> None:
    place = MemoryPlace(2)
    place.backend().machine("web1").trouble = f"no login with {TOKEN}"
    first, second = discreet(place.backend(), HIDDEN).survey(place.site, place.hosts)
    assert (first.trouble, second.trouble) == ("no login with ***", "")


def test_a_health_check_of_a_deploy_is_told_without_secrets() -> None:
    class Shop:
        def probe(self, asks: Sequence[Ask]) -> list[Probe]:
            return [GOOD, BAD][: len(asks)]

    good, bad = discreet(Shop(), HIDDEN).probe([WEB, WEB])
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


class Port:
    """Answers this, or refuses with it."""

    def __init__(self, said: Any) -> None:
        self.said = said

    def ask(self) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            Course(Phase.FAILED, 50, f"a {TOKEN}", (f"b {TOKEN}", "c")),
            Course(Phase.FAILED, 50, "a ***", ("b ***", "c")),
        ),
        (ManagedFacts("x", TOKEN, 2, (TOKEN,), TOKEN), ManagedFacts("x", "***", 2, ("***",), "***")),
        (Proposed((f"replaces {TOKEN}",), TOKEN), Proposed(("replaces ***",), TOKEN)),
        (TaskEnd(True, False, f"exit code 1: {TOKEN}"), TaskEnd(True, False, "exit code 1: ***")),
        ({"web1": Member("unhealthy", TOKEN)}, {"web1": Member("unhealthy", "***")}),
        ([Value(None, f"said {TOKEN}", True)], [Value(None, "said ***", True)]),
        ([Busy(trouble=TOKEN, failed=True)], [Busy(trouble="***", failed=True)]),
        (Kept(trouble=TOKEN), Kept(trouble="***")),
        (([Commit("a", TOKEN, TOKEN)], []), ([Commit("a", "***", "***")], [])),
        (
            Standing(1, (Machine(TOKEN, Fitness.UNHEALTHY, NOW, f"for {TOKEN}"),), (TOKEN,)),
            Standing(1, (Machine(TOKEN, Fitness.UNHEALTHY, NOW, "for ***"),), ("***",)),
        ),
    ],
)
def test_words_are_hidden_in_whatever_is_answered(said: Any, told: Any) -> None:
    assert discreet(Port(said), HIDDEN).ask() == told


@pytest.mark.parametrize(
    "said",
    [
        Release(TOKEN, TOKEN),
        (Host(TOKEN, TOKEN, TOKEN, 22, {TOKEN: TOKEN}),),
        GroupStand({TOKEN: "InService"}, frozenset({TOKEN}), 1, 1),
        [TOKEN],
        {TOKEN: TOKEN},
        TOKEN,
        None,
        41,
        TOKEN.encode(),
        HostFacts(TOKEN, True, TOKEN, frozenset({TOKEN}), 0, TOKEN),
    ],
)
def test_names_are_never_changed_by_a_weak_secret_for_the_bot_acts_by_them(said: Any) -> None:
    assert discreet(Port(said), HIDDEN).ask() is said


def test_where_an_answer_is_nothing_but_words_all_of_it_is_hidden() -> None:
    check = CommitCheck(f"lint {TOKEN}", "failure", f"https://ci.example.com/?key={TOKEN}")
    assert discreet(Port((check,)), HIDDEN, words=None).ask() == (
        CommitCheck("lint ***", "failure", "https://ci.example.com/?key=***"),
    )
    assert discreet(Port(f"554 no mail for {TOKEN}"), HIDDEN, words=None).ask() == "554 no mail for ***"


@pytest.mark.parametrize(
    "error",
    [
        CloudRefused("ecs:UpdateService", f"no {TOKEN}"),
        ChecksBusy(f"no {TOKEN}", 5),
        SlackRefused("invalid_blocks", f"no {TOKEN}"),
        HostUnreachable("web1", f"no {TOKEN}"),
        StepFailed("web1", "install", f"no {TOKEN}", 3, f"tail {TOKEN}"),
        RefUnknown(TOKEN, ["1.4.2"]),
    ],
)
def test_what_a_system_refuses_with_is_the_same_error_without_secrets(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        discreet(Port(error), HIDDEN).ask()
    assert raised.value is error
    assert "***" in str(error)
    told = {name: said for name, said in vars(error).items() if name in WORDS}
    assert TOKEN not in f"{error} {told}"


def test_what_keeps_aws_from_being_asked_is_told_without_secrets() -> None:
    calls = Calls(lambda: NOW)
    calls.locked_out("", f"no {TOKEN}")
    assert [trouble.words for trouble in discreet(calls, HIDDEN).troubles()] == ["no ***"]


NAMES = {
    *("host", "user", "current", "region", "series", "names", "namespaces", "sha", "ref", "name", "release"),
    *("state", "members", "suspended", "role", "seal", "address", "vars", "zone", "releases", "order"),
}
ANSWERS = (HostFacts, HostResult, Probe, Value, Busy, Kept, Course, ManagedFacts, Proposed, TaskEnd, Release, Standing)
MORE = (Machine, Member, GroupStand, Host, Commit, CloudTrouble)


@pytest.mark.parametrize("kind", [*ANSWERS, *MORE])
def test_every_text_of_an_answer_is_known_as_words_or_as_a_name(kind: Any) -> None:
    """A new field has to be put among one or the other."""
    texts = {one.name for one in fields(kind) if "str" in str(one.type) or "Dimensions" in str(one.type)}
    assert texts <= WORDS | NAMES


def test_what_is_no_call_is_handed_on_as_it_is() -> None:
    assert discreet(Port(TOKEN), HIDDEN).said == TOKEN
