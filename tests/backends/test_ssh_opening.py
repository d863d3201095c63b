"""Variables that are secrets, on a real host: there for the steps, and not in what is told of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.backends.base import Ending, HostResult, Order
from bot.backends.ssh import SshBackend, SshProber
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.opening import as_it_is, without_secrets
from bot.cloud import HERE, Account
from bot.errors import SecretClosed
from bot.hurdles import store_of
from bot.model import Blind, Host, Probe, Step
from bot.questions import CommandAsk
from tests.backends.places import SandboxPlace
from tests.waiting import eventually

VALUE = "hunter2-of-the-shop"
THERE = Account("eu-west-1")


@pytest.fixture
def count() -> int:
    return 1


def opened(host: Host, account: Account) -> Host:
    """What a vault does with one secret, of one account."""
    if host.vars.get("TOKEN") != "ssm:/shop/token":
        return host
    if account != THERE:
        raise SecretClosed("ssm:/shop/token", "there is no such parameter")
    return replace(host, vars={**host.vars, "TOKEN": VALUE})


def sealed(place: SandboxPlace) -> list[Host]:
    return [replace(host, vars={**host.vars, "TOKEN": "ssm:/shop/token"}) for host in place.hosts]


def bring(place: SandboxPlace, command: str, account: Account = THERE) -> HostResult:
    sha = place.project.commit({Step.TEST: command})
    backend, site = SshBackend(place.options(), opened), replace(place.site, account=account)
    (found,) = backend.bring(site, Order("deploy-1", sha), sealed(place), lambda host, step: None)
    return found


def test_a_step_finds_the_value_in_its_environment(sandbox: SandboxPlace) -> None:
    assert bring(sandbox, f'test "$TOKEN" = {VALUE}').ending is Ending.DONE


def test_what_a_step_prints_is_told_without_the_value(sandbox: SandboxPlace) -> None:
    result = bring(sandbox, 'echo "with $TOKEN it failed"; exit 3')
    assert result.ending is Ending.KEPT
    assert "with *** it failed" in result.tail
    assert VALUE not in repr(result)


def test_a_secret_that_is_closed_stops_the_host_before_anything_is_sent(sandbox: SandboxPlace) -> None:
    result = bring(sandbox, "true", HERE)
    assert (result.ending, result.cause) == (Ending.LOST, "ssm:/shop/token: there is no such parameter")
    (facts,) = SshBackend(sandbox.options(), opened).survey(sandbox.site, sealed(sandbox))
    assert (facts.reachable, facts.trouble) == (False, "ssm:/shop/token: there is no such parameter")


@pytest.fixture
def prober(sandbox: SandboxPlace) -> Iterator[SshProber]:
    found = SshProber(Connector(sandbox.options()), opened=opened)
    yield found
    found.close()


def probe(prober: SshProber, ask: CommandAsk) -> Probe:
    prober.submit([("check", ask)])
    (found,) = eventually(prober.collect, 60)
    return found.probe


def test_a_check_by_command_has_the_value_too_and_does_not_tell_it(sandbox: SandboxPlace, prober: SshProber) -> None:
    (host,) = sealed(sandbox)
    ask = CommandAsk(host, f'test "$TOKEN" = {VALUE}', timedelta(seconds=30), THERE)
    assert probe(prober, ask).ok
    seen = probe(prober, replace(ask, command='echo "not $TOKEN"; false'))
    assert seen.cause.endswith("not ***")
    closed = probe(prober, replace(ask, account=HERE))
    assert closed.hurdle == store_of("ssm:/shop/token")
    assert (closed.blind, closed.cause) == (Blind.UNKNOWN, "not asked: ssm:/shop/token: there is no such parameter")


def test_of_many_lines_none_is_told_and_short_words_stay_whole() -> None:
    before = Host("web1", "deploy", "10.0.0.5", 22, {"KEY": "ssm:/key", "NO": "ssm:/no", "PORT": "8080"})
    after = replace(before, vars={"KEY": "first line\nsecond line", "NO": "a", "PORT": "8080"})
    said = HostResult("web1", Ending.KEPT, tail="a second line of first line\nsecond line at 8080")
    assert without_secrets(said, before, after).tail == "a *** of *** at 8080"
    assert without_secrets(said, before, before) is said
    assert as_it_is(before, HERE) is before
