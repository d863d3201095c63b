from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Probe
from bot.plan.gate import Rule, Watch, cause_of, due, next_look, observe, pause
from tests.building import seconds

GOOD, BAD = Probe(True, 0.01, 200), Probe(False, 0.04, 503, "answered 503 in 40 ms")


def rule(wanted: int = 2, again: float = 0) -> Rule:
    return Rule(wanted, every=seconds(1), timeout=seconds(30), again=seconds(again))


def watched(answers: str, wanted: int = 2, again: float = 0) -> Watch:
    """`+` is a good answer, `-` a bad one; one each second, the first after a second, none once it is healthy."""
    watch = Watch()
    for number, answer in enumerate(answers, start=1):
        if not watch.healthy:
            watch = observe(watch, GOOD if answer == "+" else BAD, rule(wanted, again), seconds(number))
    return watch


@pytest.mark.parametrize(
    ("answers", "wanted", "after"),
    [
        ("++", 2, 2),
        ("+", 1, 1),
        ("-++", 2, 3),
        ("+-++", 2, 4),
        ("+-+-+-", 2, None),
        ("---", 1, None),
        ("", 1, None),
        ("+++", 4, None),
    ],
)
def test_it_takes_so_many_good_answers_in_a_row(answers: str, wanted: int, after: int | None) -> None:
    watch = watched(answers, wanted)
    assert watch.healthy is (after is not None)
    assert watch.healthy_after == (None if after is None else seconds(after))


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ("-", "answered 503 in 40 ms after 30 s"),
        ("+-", "answered 503 in 40 ms after 30 s"),
        ("-+", "not steadily healthy within 30 s"),
        ("", "not steadily healthy within 30 s"),
    ],
)
def test_a_gate_that_stays_shut_says_what_was_seen_last(answers: str, cause: str) -> None:
    assert cause_of(watched(answers, 2), seconds(30)) == cause


def test_what_the_app_said_itself_comes_last() -> None:
    watch = replace(watched("-", 2), cause="answered 503 in 3 ms: database: no such table: reviews")
    assert cause_of(watch, seconds(5)) == "answered 503 in 3 ms after 5 s: database: no such table: reviews"


@pytest.mark.parametrize(("timeout", "words"), [(0.5, "0.5 s"), (94, "94 s"), (300, "300 s")])
def test_the_deadline_is_said_in_seconds(timeout: float, words: str) -> None:
    assert cause_of(Watch(), seconds(timeout)) == f"not steadily healthy within {words}"


@pytest.mark.parametrize(
    ("answers", "after", "cause"),
    [
        ("++", None, "not steadily healthy within 30 s"),  # the later look is still to come
        ("+++", 2, None),
        ("-+++", 3, None),
        ("++-", None, "was well after 2 s, then answered 503 in 40 ms"),  # says that it is up, and dies
        ("++--", None, "was well after 2 s, then answered 503 in 40 ms"),
        ("++-+", None, "was well after 2 s, then not steadily healthy within 30 s"),
        ("++-++", None, "was well after 2 s, then not steadily healthy within 30 s"),
        ("++-+++", 5, None),  # one that finds its feet within the deadline
    ],
)
def test_a_host_that_was_well_is_asked_again_and_must_be_so_still(
    answers: str, after: int | None, cause: str | None
) -> None:
    watch = watched(answers, again=5)
    assert watch.healthy_after == (None if after is None else seconds(after))
    assert cause is None or cause_of(watch, seconds(30)) == cause


@pytest.mark.parametrize(
    ("watch", "look"),
    [
        (Watch(), 0),
        (watched("-"), 2),
        (watched("+"), 2),
        (watched("++", again=0), None),
        (watched("++", again=5), 7),
        (watched("+++", again=5), None),
        (watched("-" * 29), 30),
        (watched("-" * 30), None),  # the deadline has passed
        (watched("-" * 28 + "++", again=5), 35),  # the later look may come after the deadline
        (watched("-" * 28 + "++-", again=5), None),
    ],
)
def test_when_a_host_is_asked_next(watch: Watch, look: float | None) -> None:
    assert next_look(watch, rule(again=5)) == (None if look is None else seconds(look))


@pytest.mark.parametrize(
    ("answers", "elapsed", "asked", "rest"),
    [
        (["", ""], 0, [1, 2], 0),
        (["-", "+"], 1, [], 1),
        (["-", "+"], 2, [1, 2], 0),
        (["++", "--"], 2, [], 1),
        (["++", "--"], 3, [2], 0),
        (["++", "+++"], 3, [], 4),
        (["+++", "+++"], 3, [], None),
        (["+++", "-" * 30], 30, [], None),
    ],
)
def test_who_is_asked_now_and_for_how_long_nobody(
    answers: list[str], elapsed: float, asked: list[int], rest: float | None
) -> None:
    watches = {f"web{number}": watched(one, again=5) for number, one in enumerate(answers, 1)}
    assert due(watches, rule(again=5), seconds(elapsed)) == [f"web{number}" for number in asked]
    assert pause(watches, rule(again=5), seconds(elapsed)) == (None if rest is None else seconds(rest))


@given(st.text("+-", max_size=40), st.integers(1, 5))
def test_healthy_is_exactly_a_row_of_good_answers(answers: str, wanted: int) -> None:
    row = answers.find("+" * wanted)
    watch = watched(answers, wanted)
    assert watch.healthy is (row >= 0)
    assert watch.healthy_after == (seconds(row + wanted) if row >= 0 else None)
