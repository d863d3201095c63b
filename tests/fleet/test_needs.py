"""`depends_on`: services that there are, without a way back."""

import pytest

from bot.fleet.needs import circle, reached
from tests.fleet.samples import SHOP, SOUND, changed, load, only_problem, problems

OTHER = {**SOUND["services"]["shop"], "environments": {}}


def other(path: str) -> dict[str, object]:
    production = {**SOUND["services"]["shop"]["environments"]["production"], "path": path}
    return {**OTHER, "environments": {"production": production}}


def test_a_service_may_need_others() -> None:
    fleet = load(changed(((*SHOP, "depends_on"), ["db"]), (("services", "db"), other("/srv/db"))))
    assert fleet.services["shop"].depends_on == ("db",)
    assert fleet.services["db"].depends_on == ()


def test_an_unknown_one_is_named_with_its_path_and_the_nearest() -> None:
    problem = only_problem(((*SHOP, "depends_on"), ["bd"]), (("services", "db"), other("/srv/db")))
    assert problem.path == "services.shop.depends_on.0"
    assert problem.what.startswith("is not one of `services`")
    assert (problem.value, problem.allowed) == ("bd", "shop, db")


def test_a_service_that_needs_itself_is_refused() -> None:
    problem = only_problem(((*SHOP, "depends_on"), ["shop"]))
    assert problem.what.startswith("needs itself: shop → shop")


def test_a_circle_is_told_at_each_of_its_services() -> None:
    db = {**other("/srv/db"), "depends_on": ["shop"]}
    found = problems(changed(((*SHOP, "depends_on"), ["db"]), (("services", "db"), db)))
    assert [problem.path for problem in found] == ["services.shop.depends_on.0", "services.db.depends_on.0"]
    assert found[0].what.startswith("needs itself: shop → db → shop")


@pytest.mark.parametrize("value", [["DB"], [1], "db", [""]])
def test_what_is_no_name_is_refused(value: object) -> None:
    assert any(
        problem.path.startswith("services.shop.depends_on")
        for problem in problems(changed(((*SHOP, "depends_on"), value)))
    )


NEEDS = {"shop": ["api", "cache"], "api": ["db"], "db": [], "a": ["b"], "b": ["c"], "c": ["a", "x"]}


@pytest.mark.parametrize(
    ("service", "found"),
    [("shop", ["api", "cache", "db"]), ("db", []), ("a", ["b", "c", "x"]), ("unknown", [])],
)
def test_what_is_needed_is_found_to_the_ground(service: str, found: list[str]) -> None:
    assert reached(NEEDS, service) == found


@pytest.mark.parametrize(
    ("service", "by", "way"),
    [("shop", "api", []), ("a", "b", ["a", "b", "c", "a"]), ("c", "x", []), ("shop", "shop", ["shop", "shop"])],
)
def test_the_way_back_is_named(service: str, by: str, way: list[str]) -> None:
    assert circle(NEEDS, service, by) == way
