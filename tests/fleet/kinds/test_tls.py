from datetime import timedelta
from typing import Any

import pytest

from bot.questions import TlsAsk
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
TEN = timedelta(seconds=10)


def asked(tls: Any, **more: Any) -> list[Any]:
    fleet = load(changed((CHECKS, [{"tls": tls, "action": "runbook", **more}])))
    return [check.question for check in fleet.checks()]


@pytest.mark.parametrize(
    ("tls", "question"),
    [
        ("shop.example.com:443", TlsAsk("shop.example.com", 443, "shop.example.com", 14, TEN)),
        ({"address": "10.0.0.9:636", "server": "ldap.test"}, TlsAsk("10.0.0.9", 636, "ldap.test", 14, TEN)),
        ({"address": "a:443", "days": "> 30"}, TlsAsk("a", 443, "a", 30, TEN)),
        ({"address": "a:443", "days": ">7"}, TlsAsk("a", 443, "a", 7, TEN)),
        ({"address": "a:443", "days": 0}, TlsAsk("a", 443, "a", 0, TEN)),
        ("[::1]:443", TlsAsk("::1", 443, "::1", 14, TEN)),
    ],
)
def test_the_short_and_the_long_form_become_a_question(tls: Any, question: TlsAsk) -> None:
    assert asked(tls) == [question]


def test_per_host_each_host_is_asked_for_the_same_name() -> None:
    found = asked({"address": "{host}:443", "server": "shop.example.com"}, per_host=True)
    assert [str(question) for question in found] == [
        "TLS 10.0.0.5:443 for shop.example.com",
        "TLS 10.0.0.6:443 for shop.example.com",
    ]


@pytest.mark.parametrize(
    ("tls", "what", "below"),
    [
        ("https://shop.example.com", "is not an address with a port", "tls"),
        ({"address": "a:443", "days": "< 14"}, "is not a number of days", "tls.days"),
        ({"address": "a:443", "days": "14d"}, "is not a number of days", "tls.days"),
        ({"address": "a:443", "days": True}, "is not a number of days", "tls.days"),
        ({"address": "a:443", "server": "no name"}, "is not a name of the DNS", "tls.server"),
        ({"address": "a:443", "server": "{host}"}, "differs by host, but the check is not per host", "tls.server"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_path(tls: Any, what: str, below: str) -> None:
    found = only_problem((CHECKS, [{"tls": tls, "action": "runbook"}]))
    assert found.path == f"services.shop.environments.production.checks.0.{below}"
    assert found.what.startswith(what)
