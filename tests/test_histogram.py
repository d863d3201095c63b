"""Latencies in buckets: what goes in comes out, within five hundredths."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.histogram import LAST, SMALLEST, added, bucket, middle, pack, quantile, total, unpack

LATENCY = st.floats(min_value=SMALLEST, max_value=3600)
HISTOGRAM = st.dictionaries(st.integers(0, LAST), st.integers(1, 10**9), max_size=40)


@given(LATENCY)
def test_a_bucket_is_within_a_twentieth_of_what_is_counted_in_it(seconds: float) -> None:
    assert middle(bucket(seconds)) == pytest.approx(seconds, rel=0.05)


@pytest.mark.parametrize(("seconds", "number"), [(0.0, 0), (SMALLEST / 2, 0), (1e12, LAST)])
def test_what_is_out_of_reach_falls_into_the_outermost_bucket(seconds: float, number: int) -> None:
    assert bucket(seconds) == number


@given(HISTOGRAM)
def test_what_is_packed_is_read_again(histogram: dict[int, int]) -> None:
    assert unpack(pack(histogram)) == histogram


@given(HISTOGRAM, HISTOGRAM)
def test_packed_texts_behind_one_another_are_their_sum(one: dict[int, int], other: dict[int, int]) -> None:
    assert unpack(pack(one) + pack(other)) == added([one, other])


@given(st.lists(HISTOGRAM | st.dictionaries(st.integers(0, LAST), st.integers(1, 127), max_size=40), max_size=5))
def test_the_total_of_packed_texts_is_their_sum(many: list[dict[int, int]]) -> None:
    assert total(pack(one) for one in many) == added(many)


@pytest.mark.parametrize("data", [b"\x05", b"\x05\x80", b"\x05\x01\x07"])
def test_what_was_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="ends in the middle"):
        unpack(data)


def test_two_answers_in_a_minute_take_four_bytes_at_most() -> None:
    assert len(pack({bucket(0.012): 1, bucket(0.4): 1})) == 4


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99])
def test_a_quantile_is_that_of_the_latencies_themselves(share: float) -> None:
    latencies = [0.004 * 1.003**number for number in range(1000)]
    counted = added({bucket(seconds): 1} for seconds in latencies)
    exact = statistics.quantiles(latencies, n=100)[round(share * 100) - 1]
    assert quantile(counted, share) == pytest.approx(exact, rel=0.06)


def test_nothing_has_no_quantile() -> None:
    assert quantile({}, 0.5) is None
