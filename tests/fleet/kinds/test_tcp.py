from datetime import timedelta
from typing import Any

import pytest

from bot.questions import TcpAsk
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
PLAIN = ((*PRODUCTION, "health", "http"), "http://{host}/")


def asked(tcp: Any, **more: Any) -> list[Any]:
    fleet = load(changed((CHECKS, [{"tcp": tcp, "action": "runbook", **more}])))
    return [check.question for check in fleet.checks()]


@pytest.mark.parametrize(
    ("tcp", "question"),
    [
        ("db.example.com:5432", TcpAsk("db.example.com", 5432, timedelta(seconds=10))),
        ("[::1]:25", TcpAsk("::1", 25, timedelta(seconds=10))),
        (
            {"address": "10.0.0.9:25", "send": "QUIT\r\n", "expect": "220 "},
            TcpAsk("10.0.0.9", 25, timedelta(seconds=10), "QUIT\r\n", "220 "),
        ),
    ],
)
def test_the_short_and_the_long_form_become_a_question(tcp: Any, question: TcpAsk) -> None:
    assert asked(tcp) == [question]


def test_the_time_limit_is_the_checks() -> None:
    assert asked("db:1", timeout="3s") == [TcpAsk("db", 1, timedelta(seconds=3))]


def test_per_host_each_host_is_asked_by_itself() -> None:
    assert [str(question) for question in asked("{host}:{APP_PORT}", per_host=True)] == [
        "TCP 10.0.0.5:8001",
        "TCP 10.0.0.6:8002",
    ]


def test_a_host_by_its_ipv6_address_is_filled_in_without_brackets() -> None:
    hosts = ((*PRODUCTION, "hosts"), ["deploy@[fd00::5]:22"])
    check = (CHECKS, [{"tcp": "{host}:80", "action": "restart", "per_host": True}])
    (found,) = load(changed(hosts, check, PLAIN)).checks()
    assert found.question == TcpAsk("fd00::5", 80, timedelta(seconds=10))


@pytest.mark.parametrize(
    ("tcp", "what", "below"),
    [
        ("db.example.com", "is not an address with a port", "tcp"),
        ("db:0", "has a port that does not exist", "tcp"),
        ("db:65536", "has a port that does not exist", "tcp"),
        ("tcp://db:1", "is not an address with a port", "tcp"),
        ("db:1\nevil:2", "is not an address with a port", "tcp"),
        ({"address": "no port", "expect": "x"}, "is not an address with a port", "tcp.address"),
        ({"expect": "x"}, "is missing", "tcp.address"),
        ({"address": "db:1", "expect": "x" * 1001}, "string should have at most 1000 characters", "tcp.expect"),
        ({"address": "db:1", "expct": "x"}, "is not a known key", "tcp.expct"),
        ("{host}:80", "differs by host, but the check is not per host", "tcp"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_path(tcp: Any, what: str, below: str) -> None:
    found = only_problem((CHECKS, [{"tcp": tcp, "action": "runbook"}]))
    assert found.path == f"services.shop.environments.production.checks.0.{below}"
    assert found.what.startswith(what)


@pytest.mark.parametrize(
    ("tcp", "what"),
    [("db:1", "is the same for every host"), ("{host}:{METRICS}", "{METRICS} is not a variable of web1, web2")],
)
def test_per_host_it_differs_by_variables_that_there_are(tcp: str, what: str) -> None:
    found = only_problem((CHECKS, [{"tcp": tcp, "action": "runbook", "per_host": True}]))
    assert found.path.endswith("checks.0.tcp")
    assert found.what.startswith(what)
