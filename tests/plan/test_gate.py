import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Probe
from bot.plan.gate import Watch, cause_of, observe, over, waiting
from tests.building import NOW, seconds

GOOD, BAD = Probe(True, 0.01, 200), Probe(False, 0.04, 503, "answered 503 in 40 ms")


def watched(answers: str, wanted: int) -> Watch:
    """`+` is a good answer, `-` a bad one; one each second, the first after a second, none once it is healthy."""
    watch = Watch()
    for number, answer in enumerate(answers, start=1):
        if not watch.healthy:
            watch = observe(watch, GOOD if answer == "+" else BAD, wanted, seconds(number))
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


@pytest.mark.parametrize(("timeout", "words"), [(0.5, "0.5 s"), (94, "94 s"), (300, "300 s")])
def test_the_deadline_is_said_in_seconds(timeout: float, words: str) -> None:
    assert cause_of(Watch(), seconds(timeout)) == f"not steadily healthy within {words}"


@pytest.mark.parametrize(
    ("elapsed", "healthy", "ended"),
    [(0, False, False), (29.9, False, False), (30, False, True), (31, False, True), (0, True, True)],
)
def test_it_ends_when_all_are_healthy_or_the_deadline_has_passed(elapsed: float, healthy: bool, ended: bool) -> None:
    watches = {"web1": watched("++", 2), "web2": watched("++" if healthy else "+", 2)}
    assert over(watches, NOW, seconds(30), NOW + seconds(elapsed)) is ended
    assert waiting(watches) == ([] if healthy else ["web2"])


@given(st.text("+-", max_size=40), st.integers(1, 5))
def test_healthy_is_exactly_a_row_of_good_answers(answers: str, wanted: int) -> None:
    row = answers.find("+" * wanted)
    watch = watched(answers, wanted)
    assert watch.healthy is (row >= 0)
    assert watch.healthy_after == (seconds(row + wanted) if row >= 0 else None)
