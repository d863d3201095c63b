import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offers import Offers
from bot.plan.suggest import MOST, nearest_first, releases, services
from bot.records import Commit

NAMES = ["1.4.2", "1.4.1", "feature/basket", "main", "topic/basket-2"]
COMMITS = (
    Commit("7f3c9a1" + "0" * 33, "Ana", "Round the basket's sum"),
    Commit("8d2e1f0" + "0" * 33, "Ben", "Hurry up 1.4"),
)
OFFERS = Offers(tuple(NAMES), COMMITS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", NAMES),
        ("  ", NAMES),
        ("1.4", ["1.4.2", "1.4.1"]),
        ("basket", ["feature/basket", "topic/basket-2"]),
        ("TOPIC", ["topic/basket-2"]),
        ("mian", ["main"]),
        ("a", ["feature/basket", "main", "topic/basket-2"]),
        ("zzzz", []),
    ],
)
def test_what_begins_with_it_comes_before_what_holds_it_and_a_slip_finds_what_is_near(
    typed: str, found: list[str]
) -> None:
    assert nearest_first(typed, NAMES) == found


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=150), st.integers(1, MOST))
def test_nothing_is_offered_that_there_is_not_and_never_more_than_fits(typed: str, names: list[str], most: int) -> None:
    found = nearest_first(typed, names, most)
    assert len(found) <= most
    assert set(found) <= set(names)


def test_services_come_by_name() -> None:
    assert [one.value for one in services("", {"shop": 1, "api": 2})] == ["api", "shop"]
    assert [one.label for one in services("sho", {"shop": 1, "api": 2, "workshop": 3})] == ["shop", "workshop"]


def shown(typed: str, usable: bool = True, offers: Offers = OFFERS) -> list[tuple[str, str]]:
    return [(one.heading, one.label) for one in releases(typed, offers, usable)]


def test_without_a_letter_names_then_commits_are_offered() -> None:
    assert shown("") == [
        *[("Tags and branches", name) for name in NAMES],
        ("Commits", "7f3c9a1 Round the basket's sum · Ana"),
        ("Commits", "8d2e1f0 Hurry up 1.4 · Ben"),
    ]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("1.4", ["1.4.2", "1.4.1", "8d2e1f0 Hurry up 1.4 · Ben", "use 1.4"]),
        ("1.4.2", ["1.4.2"]),
        ("main", ["main"]),
        ("7f3c", ["7f3c9a1 Round the basket's sum · Ana", "use 7f3c"]),
        ("ana", ["7f3c9a1 Round the basket's sum · Ana", "use ana"]),
        ("mian", ["use mian", "main"]),
        ("topic/x9", ["use topic/x9"]),
    ],
)
def test_what_was_typed_is_offered_as_itself_unless_it_is_a_name(typed: str, labels: list[str]) -> None:
    found = [label for _, label in shown(typed)]
    assert [label for label in found if not label.startswith("use") or label in labels] == found
    assert [label for label in labels if label in found] == labels
    assert found.index(labels[0]) == 0


def test_what_cannot_be_a_ref_is_not_offered() -> None:
    assert "use $(id)" not in [label for _, label in shown("$(id)", usable=False)]


def test_a_commit_stands_for_its_whole_sha() -> None:
    (found, *_) = releases("7f3c", OFFERS, usable=True)
    assert found.value == COMMITS[0].sha


@pytest.mark.parametrize("typed", ["", "r", "release-7"])
def test_a_large_repository_leaves_room_for_commits_and_stays_inside_slacks_limit(typed: str) -> None:
    many = Offers(tuple(f"release-{at}" for at in range(5000)), COMMITS * 80)
    found = releases(typed, many, usable=True)
    assert len(found) <= MOST
    assert {one.heading for one in found} >= {"Tags and branches"}
    assert typed or {one.heading for one in found} == {"Tags and branches", "Commits"}
