import pytest

from bot.errors import Problem
from bot.messages.fleet import fleet_broken, fleet_mended
from tests.building import HOSTILE, problems, said, seconds

PROBLEM = Problem("services.shop.owners", "names nobody", "shop-team", '"@group" or a member id', 'write "@shop-team"')


@pytest.mark.parametrize(("number", "many"), [(1, "1 problem"), (2, "2 problems"), (1234, "1,234 problems")])
def test_the_first_line_says_what_does_not_load_and_what_is_in_force(number: int, many: str) -> None:
    told = fleet_broken("fleet.yaml", [PROBLEM] * number)
    assert told.text == f":warning: fleet.yaml does not load: {many}. The last one that did stays in force."


def test_every_problem_stands_there_with_its_path_and_the_way_out() -> None:
    told = said(fleet_broken("fleet.yaml", [PROBLEM]).blocks)
    assert f"• {PROBLEM}" in told
    assert "`python -m bot check` shows all of it" in told


def test_many_problems_are_counted() -> None:
    told = said(fleet_broken("fleet.yaml", [PROBLEM] * 25).blocks)
    assert told.count("• ") == 10
    assert "and 15 more" in told


def test_what_a_file_says_is_shown_and_never_acts() -> None:
    told = fleet_broken(HOSTILE, [Problem(HOSTILE, HOSTILE, HOSTILE * 500, HOSTILE, HOSTILE)] * 30)
    assert "<!channel>" not in told.text + said(told.blocks)
    assert problems(told) == []


def test_mended_is_said_with_how_long_it_took() -> None:
    told = fleet_mended("fleet.yaml", seconds(94))
    assert told.text == ":white_check_mark: fleet.yaml loads again, and is in force. It did not for 94 s."
    assert problems(told) == []
