import pytest

from bot.sandbox.aws.hill import CALM, DOWN, IDLE, MOST, STAYS, TOP, UP, Hill, busy

BEGUN = 1_000.0
END = BEGUN + UP + STAYS + DOWN


@pytest.mark.parametrize(
    ("now", "work"),
    [
        (BEGUN - 1, CALM),
        (BEGUN, CALM),
        (BEGUN + UP / 2, (CALM + TOP) / 2),
        (BEGUN + UP, TOP),
        (BEGUN + UP + STAYS, TOP),
        (END - DOWN / 2, (CALM + TOP) / 2),
        (END, CALM),
        (END + 1, CALM),
    ],
)
def test_it_rises_stays_and_falls_to_what_it_was(now: float, work: float) -> None:
    assert Hill(BEGUN).work(now) == pytest.approx(work)


def test_without_one_it_is_calm() -> None:
    assert Hill().work(BEGUN) == CALM


@pytest.mark.parametrize(("count", "target"), [(2, 60), (5, 60)])
def test_two_are_calm_below_the_target_and_five_stand_the_top(count: int, target: float) -> None:
    names = [f"i-{number}" for number in range(count)]
    now = BEGUN + UP if count == 5 else BEGUN
    found = busy(Hill(BEGUN), names, frozenset(names), now)
    assert max(found.values()) <= target * 1.05


def test_two_at_the_top_can_do_no_more() -> None:
    assert set(busy(Hill(BEGUN), ["i-1", "i-2"], frozenset({"i-1", "i-2"}), BEGUN + UP).values()) == {MOST}


def test_who_serves_nobody_is_idle_and_nobody_takes_its_part_of_nothing() -> None:
    found = busy(Hill(), ["i-1", "i-2"], frozenset({"i-1"}), BEGUN)
    assert found["i-2"] == IDLE
    assert found["i-1"] == pytest.approx(CALM, rel=0.06)
    assert busy(Hill(), ["i-1"], frozenset(), BEGUN) == {"i-1": IDLE}


def test_the_same_instance_is_as_busy_each_time_it_is_looked_at() -> None:
    names = ["i-0123", "i-4567"]
    assert busy(Hill(), names, frozenset(names), BEGUN) == busy(Hill(), names, frozenset(names), BEGUN + 500)
