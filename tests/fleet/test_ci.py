from datetime import timedelta
from typing import Any

import pytest

from bot.fleet.ci import RequireChecks
from tests.fleet.samples import PRODUCTION, SHOP, changed, load, only_problem, problems

REQUIRE = (*PRODUCTION, "require_checks")


def required(value: Any) -> RequireChecks | None:
    return load(changed((REQUIRE, value))).services["shop"].environments["production"].require_checks


def test_left_out_or_false_no_check_is_required() -> None:
    assert load(changed()).services["shop"].environments["production"].require_checks is None
    assert required(False) is None


def test_true_requires_all_that_there_are_and_waits_ten_minutes() -> None:
    assert required(True) == RequireChecks(names=(), within=timedelta(minutes=10))


def test_names_and_the_wait_can_be_set() -> None:
    wanted = {"names": ["build", "CI / test (3.11)"], "within": "30m"}
    assert required(wanted) == RequireChecks(names=("build", "CI / test (3.11)"), within=timedelta(minutes=30))


@pytest.mark.parametrize(
    ("value", "where", "what"),
    [
        ({"names": [""]}, ".names.0", "names no check"),
        ({"names": ["a\nb"]}, ".names.0", "names no check"),
        ({"names": ["build", "build"]}, ".names", "names build twice"),
        ({"names": "build"}, ".names", "must be a list"),
        ({"within": "7h"}, ".within", "is out of range"),
        ({"within": 600}, ".within", "a duration needs its unit"),
        ({"whithin": "5m"}, ".whithin", "is not a known key"),
        ("build", "", "must be a set of keys"),
    ],
)
def test_a_mistake_is_told_with_its_path(value: Any, where: str, what: str) -> None:
    problem = only_problem((REQUIRE, value))
    assert problem.path == f"{'.'.join(REQUIRE)}{where}"
    assert problem.what.startswith(what)


def test_a_near_miss_of_a_key_is_told_the_key() -> None:
    assert only_problem((REQUIRE, {"whithin": "5m"})).hint == "did you mean within?"


@pytest.mark.parametrize("repo", ["/srv/git/shop.git", "https://gitlab.com/group/sub/shop.git", "git@host:shop.git"])
def test_a_repository_without_owner_and_name_cannot_be_asked_about(repo: str) -> None:
    problem = only_problem(((*SHOP, "repo"), repo), (REQUIRE, True))
    assert problem.path == ".".join(REQUIRE)
    assert problem.what.startswith("asks CI about a repository of which no owner/name is known: services.shop.repo")
    assert problem.value == repo
    assert "leave require_checks out" in problem.hint


def test_such_a_repository_is_sound_where_no_check_is_required() -> None:
    assert problems(changed(((*SHOP, "repo"), "/srv/git/shop.git"))) == ()
    assert problems(changed(((*SHOP, "repo"), "/srv/git/shop.git"), (REQUIRE, False))) == ()
