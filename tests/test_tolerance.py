import pytest

from bot.tolerance import Size, Tolerance


@pytest.mark.parametrize(
    ("size", "total", "most"),
    [(0, 40, 0), (2, 40, 2), ("5%", 40, 2), ("5%", 39, 1), ("24%", 4, 0), ("100%", 4, 4), ("0%", 4, 0)],
)
def test_so_many_may_fail(size: Size, total: int, most: int) -> None:
    assert Tolerance(max_failures=size).failures_of(total) == most


@pytest.mark.parametrize(
    ("size", "total", "most"),
    [(None, 4, None), (1, 4, 1), (3, 4, 3), ("25%", 10, 2), ("25%", 3, 1), ("1%", 4, 1)],
)
def test_one_host_may_always_be_changed(size: Size | None, total: int, most: int | None) -> None:
    assert Tolerance(max_unavailable=size).away_of(total) == most


def test_by_default_nothing_is_borne_and_only_the_batches_limit_it() -> None:
    assert (Tolerance().failures_of(100), Tolerance().away_of(100)) == (0, None)
