import pytest

from bot.timings import Timings


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [
        ([], [0, 0, 0]),
        ([0.5], [1, 1, 1]),
        ([1.0], [1, 1, 1]),
        ([1.5, 10.0], [0, 2, 2]),
        ([11.0, 0.1], [1, 1, 2]),
        ([-3.0], [1, 1, 1]),
    ],
)
def test_a_bucket_counts_all_that_took_so_long_at_most(seconds: list[float], counts: list[float]) -> None:
    timings = Timings([1.0, 10.0])
    for one in seconds:
        timings.add(one)
    buckets, together = timings.seen()
    assert [name for name, _ in buckets] == ["1.0", "10.0", "+Inf"]
    assert [count for _, count in buckets] == counts
    assert together == sum(one for one in seconds if one > 0)
