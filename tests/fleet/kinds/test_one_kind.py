"""A check asks just one thing."""

from typing import Any

import pytest

from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECKS = (*PRODUCTION, "checks")


@pytest.mark.parametrize(
    ("check", "what", "hint"),
    [
        ({"action": "restart"}, "asks nothing", ""),
        ({"action": "restart", "http": None}, "asks nothing", ""),
        ({"action": "restart", "htpp": "https://a.example.com/"}, "asks nothing", "did you mean http?"),
        (
            {"action": "restart", "http": "https://a.example.com/", "tcp": "a:1"},
            "asks 2 things at once: http and tcp",
            "make two checks of it",
        ),
    ],
)
def test_none_or_two_kinds_are_refused_with_the_path_and_what_there_is(
    check: dict[str, Any], what: str, hint: str
) -> None:
    found = only_problem((CHECKS, [check]))
    assert found.path == "services.shop.environments.production.checks.0"
    assert found.what.startswith(what)
    assert found.allowed.startswith("one of http, tcp")
    assert found.hint == hint


def test_a_check_that_is_no_set_of_keys_is_said_to_be_none() -> None:
    assert "must be a set of keys" in only_problem((CHECKS, ["https://a.example.com/"])).what


def test_the_kind_is_the_name_of_a_check_without_one() -> None:
    made = load(
        changed((CHECKS, [{"tcp": "db:5432", "action": "runbook"}, {"http": "https://a/", "action": "runbook"}]))
    )
    assert [check.id for check in made.checks()] == ["shop/production/tcp", "shop/production/http"]


def test_two_of_one_kind_need_a_name() -> None:
    two = [{"tcp": "db:5432", "action": "runbook"}, {"tcp": "db:5433", "action": "runbook"}]
    assert "is called tcp, as checks.0 is" in only_problem((CHECKS, two)).what
