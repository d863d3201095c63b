from datetime import timedelta
from typing import Any

import pytest

from bot.questions import DnsAsk
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")
TEN = timedelta(seconds=10)


def asked(dns: Any, **more: Any) -> list[Any]:
    fleet = load(changed((CHECKS, [{"dns": dns, "action": "runbook", **more}])))
    return [check.question for check in fleet.checks()]


@pytest.mark.parametrize(
    ("dns", "question"),
    [
        ("shop.example.com", DnsAsk("shop.example.com", "A", TEN)),
        (
            {"domain": "shop.example.com", "expect": "10.0.0.5"},
            DnsAsk("shop.example.com", "A", TEN, frozenset(["10.0.0.5"])),
        ),
        (
            {"domain": "_sip._tcp.a.test.", "type": "SRV", "expect": ["1 1 5060 b.test", "x"], "resolver": "10.0.0.2"},
            DnsAsk("_sip._tcp.a.test.", "SRV", TEN, frozenset(["1 1 5060 b.test", "x"]), "10.0.0.2"),
        ),
        ({"domain": "a", "resolver": "10.0.0.2:5353"}, DnsAsk("a", "A", TEN, frozenset(), "10.0.0.2", 5353)),
        ({"domain": "a", "resolver": "[fd00::2]"}, DnsAsk("a", "A", TEN, frozenset(), "fd00::2")),
    ],
)
def test_the_short_and_the_long_form_become_a_question(dns: Any, question: DnsAsk) -> None:
    assert asked(dns) == [question]


def test_per_host_each_host_has_a_name_of_its_own() -> None:
    assert [str(question) for question in asked("{name}.shop.test", per_host=True)] == [
        "DNS A web1.shop.test",
        "DNS A web2.shop.test",
    ]


@pytest.mark.parametrize(
    ("dns", "what", "below"),
    [
        ("https://shop.example.com", "is not a name of the DNS", "dns"),
        ("a..b", "is not a name of the DNS", "dns"),
        ("x" * 64, "is not a name of the DNS", "dns"),
        ({"domain": "a", "type": "ANY"}, "is not one of them", "dns.type"),
        ({"domain": "a", "resolver": "ns.example.com"}, "is not the address of a name server", "dns.resolver"),
        ({"domain": "a", "resolver": "10.0.0.2:0"}, "is not the address of a name server", "dns.resolver"),
        ({"domain": "a", "resolver": "10.0.0.300"}, "is not the address of a name server", "dns.resolver"),
        ({"domain": "a", "expect": [""]}, "string should have at least 1 character", "dns.expect.0"),
        ("{name}.a", "differs by host, but the check is not per host", "dns"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_path(dns: Any, what: str, below: str) -> None:
    found = only_problem((CHECKS, [{"dns": dns, "action": "runbook"}]))
    assert found.path == f"services.shop.environments.production.checks.0.{below}"
    assert found.what.startswith(what)
