"""Latencies as counts in buckets: a few bytes a minute, added up to hours and days without losing a quantile. Pure.

A bucket is a tenth wider than the one before, so that a quantile is known to within five hundredths of itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log

SMALLEST = 0.0001  # seconds, the middle of the first bucket
GROWTH = 1.1
LAST = 255  # a bucket is one byte; this one's middle is weeks long

Histogram = Mapping[int, int]
"""Bucket -> how many latencies fell into it."""

_LOG = log(GROWTH)


def bucket(seconds: float) -> int:
    """Where a latency is counted."""
    if seconds <= SMALLEST:
        return 0
    return min(LAST, round(log(seconds / SMALLEST) / _LOG))


def middle(number: int) -> float:
    """The latency, in seconds, that stands for a bucket."""
    return float(SMALLEST * GROWTH**number)


def quantile(histogram: Histogram, share: float) -> float | None:
    """The latency, in seconds, that this share (0 to 1) of all stayed within; None where there are none."""
    wanted, seen = share * sum(histogram.values()), 0
    for number in sorted(histogram):
        seen += histogram[number]
        if seen >= wanted:
            return middle(number)
    return None


def pack(histogram: Histogram) -> bytes:
    """Each bucket as its number and a count of seven bits a byte. Packed texts may be put behind one another: they
    are read as their sum.
    """
    return b"".join(bytes([number]) + _varint(count) for number, count in sorted(histogram.items()))


def unpack(data: bytes) -> dict[int, int]:
    """Raises ValueError for what `pack` has not written."""
    counts: Counter[int] = Counter()
    for number, count in _pairs(iter(data)):
        counts[number] += count
    return dict(counts)


def total(packed: Iterable[bytes]) -> dict[int, int]:
    """The sum of many texts of `pack`. Where no count needs a second byte, as in most, no step is one of Python's."""
    short: list[bytes] = []
    long: list[bytes] = []
    for data in packed:
        (short if max(data[1::2], default=0) < 0x80 else long).append(data)
    together = b"".join(short)
    counts: Counter[int] = Counter()
    for (number, count), times in Counter(zip(together[::2], together[1::2], strict=True)).items():
        counts[number] += count * times
    return added([counts, unpack(b"".join(long))])


def added(histograms: Iterable[Histogram]) -> dict[int, int]:
    """All of them as one."""
    counts: Counter[int] = Counter()
    for histogram in histograms:
        counts.update(histogram)
    return dict(counts)


def _varint(number: int) -> bytes:
    least, rest = number & 0x7F, number >> 7
    return bytes([least | 0x80]) + _varint(rest) if rest else bytes([least])


def _pairs(data: Iterator[int]) -> Iterator[tuple[int, int]]:
    for number in data:
        count, shift = 0, 0
        for part in data:
            count |= (part & 0x7F) << shift
            shift += 7
            if part < 0x80:
                break
        else:
            raise ValueError("a histogram that ends in the middle")
        yield number, count
