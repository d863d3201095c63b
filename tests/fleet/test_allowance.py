from datetime import timedelta

import pytest

from bot.fleet.allowance import Allowance
from tests.fleet.samples import PRODUCTION, changed, load, only_problem

CHECK = (*PRODUCTION, "checks", 0)


@pytest.mark.parametrize(
    ("text", "most", "within"), [("2 per 1h", 2, timedelta(hours=1)), ("10 per 1d", 10, timedelta(days=1))]
)
def test_how_often_is_a_number_and_a_time(text: str, most: int, within: timedelta) -> None:
    (check,) = load(changed(((*CHECK, "auto"), True), ((*CHECK, "at_most"), text))).checks()
    assert check.auto == Allowance(most, within)
    assert str(check.auto) == text


def test_by_default_nothing_runs_by_itself_and_two_within_an_hour_where_it_does() -> None:
    (check,) = load(changed()).checks()
    assert check.auto is None
    (check,) = load(changed(((*CHECK, "auto"), True))).checks()
    assert check.auto == Allowance(2, timedelta(hours=1))


@pytest.mark.parametrize(
    "text", ["2", "0 per 1h", "2 per hour", "2 per 1s", "2 per 30d", 2, "two per 1h", "100 per 1h"]
)
def test_what_does_not_say_how_often_is_told(text: object) -> None:
    found = only_problem(((*CHECK, "at_most"), text))
    assert found.path.endswith("checks.0.at_most")


def test_a_runbook_never_runs_by_itself() -> None:
    found = only_problem(((*CHECK, "auto"), True), ((*CHECK, "action"), "runbook"))
    assert found.path.endswith("checks.0.auto")
    assert "for people" in found.what
