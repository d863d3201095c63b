"""Headers whose secrets AWS keeps: opened before the question is sent, by a real socket and moto."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.base import Answer
from bot.backends.http import CurlProber
from bot.backends.sealed_http import Headers, SealedHttp
from bot.backends.vault import FRESH, Vault
from bot.cloud import HERE, Account
from bot.hurdles import store_of
from bot.model import Blind
from bot.questions import Ask
from bot.questions.request import Request
from tests.backends.daemons import moto, reach
from tests.backends.targets import Target, running
from tests.backends.test_vault import parameter
from tests.waiting import eventually
from tests.workspace import HandClock

TOKEN, OTHER = "hunter2-of-the-shop", "hunter3-elsewhere"
THERE = Account("us-east-1")


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with running() as target:
        yield target


@pytest.fixture
def sessions(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        reach(monkeypatch, address, "eu-west-1")
        found = Sessions()
        yield found
        found.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def prober(sessions: Sessions, clock: HandClock) -> Iterator[SealedHttp]:
    vault = Vault(sessions, clock.now)
    headers = Headers({"PLAIN": "plain-of-the-shop"}, vault)
    found = SealedHttp(CurlProber(concurrency=4, secrets=headers), headers, vault)
    yield found
    found.close()


def ask(target: Target, value: str, account: Account = HERE) -> Ask:
    request = Request(headers=(("Authorization", value),), account=account)
    return Ask(target.url("/ok"), timedelta(seconds=10), request=request)


def answer(prober: SealedHttp, asked: Ask) -> Answer:
    prober.submit([("check", asked)])
    found: list[Answer] = []

    def come() -> bool:
        found.extend(prober.collect())
        return bool(found)

    eventually(come, 60)
    return found[0]


def sent(target: Target) -> str:
    return next(line for line in target.heads[-1].splitlines() if line.startswith("Authorization"))


def test_a_header_is_sent_with_what_aws_keeps_for_its_account(
    prober: SealedHttp, sessions: Sessions, target: Target
) -> None:
    parameter(sessions, TOKEN)
    parameter(sessions, OTHER, THERE)
    for account, value in ((HERE, TOKEN), (THERE, OTHER), (HERE, TOKEN)):
        assert answer(prober, ask(target, "Bearer ${ssm:/shop/token}", account)).probe.ok
        assert sent(target) == f"Authorization: Bearer {value}"


def test_a_value_that_was_changed_is_sent_after_some_minutes(
    prober: SealedHttp, sessions: Sessions, target: Target, clock: HandClock
) -> None:
    parameter(sessions, TOKEN)
    assert answer(prober, ask(target, "${ssm:/shop/token}")).probe.ok
    parameter(sessions, OTHER)
    clock.sleep(FRESH + timedelta(seconds=1))
    assert answer(prober, ask(target, "${ssm:/shop/token}")).probe.ok
    assert sent(target) == f"Authorization: {OTHER}"


def test_other_questions_do_not_wait_for_aws(prober: SealedHttp, target: Target) -> None:
    assert answer(prober, ask(target, "Bearer ${PLAIN}")).probe.ok
    assert sent(target) == "Authorization: Bearer plain-of-the-shop"
    assert prober.probe([Ask(target.url("/ok"), timedelta(seconds=10))])[0].ok


def test_a_secret_that_there_is_not_makes_the_check_unknown_and_says_which(prober: SealedHttp, target: Target) -> None:
    before = len(target.heads)
    probe = answer(prober, ask(target, "${ssm:/nowhere}")).probe
    assert (probe.ok, probe.blind, probe.hurdle) == (False, Blind.UNKNOWN, store_of("ssm:/nowhere"))
    assert probe.cause.startswith("it cannot be asked: ssm:/nowhere: there is no such parameter")
    assert len(target.heads) == before
    probe = answer(prober, ask(target, "${NOWHERE}")).probe
    assert "NOWHERE is not in CHECK_SECRETS" in probe.cause
