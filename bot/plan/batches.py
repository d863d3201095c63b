"""Which hosts go together, and in which order."""

from collections.abc import Sequence

Size = int | str


def batches(hosts: Sequence[str], sizes: Sequence[Size]) -> tuple[tuple[str, ...], ...]:
    """Cuts the hosts where each size says: a size is how many are done when its batch is (`1`, `"50%"`, `"100%"`).

    A share is rounded up, so that `"1%"` of ten hosts is one. A batch that would be empty is left out, and whatever
    the last size leaves over makes one more batch: no host is ever forgotten.

    >>> batches(["a", "b", "c", "d"], [1, "50%", "100%"])
    (('a',), ('b',), ('c', 'd'))
    """
    cuts = [0, *(min(_reached(size, len(hosts)), len(hosts)) for size in sizes), len(hosts)]
    pairs = [(start, max(end, start)) for start, end in zip(_rising(cuts), _rising(cuts)[1:], strict=False)]
    return tuple(tuple(hosts[start:end]) for start, end in pairs if end > start)


def _reached(size: Size, total: int) -> int:
    if isinstance(size, int):
        return size
    share = int(size.removesuffix("%"))
    return -(-total * share // 100)


def _rising(cuts: Sequence[int]) -> list[int]:
    risen: list[int] = []
    for cut in cuts:
        risen.append(max(cut, risen[-1]) if risen else cut)
    return risen
