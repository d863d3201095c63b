from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fleet import Strategy
from bot.plan.batches import Size, batches

FOUR = ["a", "b", "c", "d"]
HOSTS = st.lists(st.text("abcdef0123456789-", min_size=1, max_size=6), unique=True, max_size=60)
SHARES = st.integers(1, 100).map(lambda share: f"{share}%")
SIZES = st.lists(st.integers(0, 80) | SHARES, max_size=6)


@pytest.mark.parametrize(
    ("hosts", "sizes", "wanted"),
    [
        (FOUR, [1, "50%", "100%"], [["a"], ["b"], ["c", "d"]]),
        (FOUR, ["100%"], [FOUR]),
        (FOUR, [1, 2, 3, "100%"], [["a"], ["b"], ["c"], ["d"]]),
        (FOUR, ["25%", "100%"], [["a"], ["b", "c", "d"]]),
        (FOUR, ["1%", "100%"], [["a"], ["b", "c", "d"]]),  # a share is rounded up
        (FOUR, ["26%", "100%"], [["a", "b"], ["c", "d"]]),
        (["a"], [1, "50%", "100%"], [["a"]]),  # batches that would be empty are left out
        (["a", "b"], [1, "50%", "100%"], [["a"], ["b"]]),
        (["a", "b", "c"], [1, "50%", "100%"], [["a"], ["b"], ["c"]]),
        (FOUR, [2], [["a", "b"], ["c", "d"]]),  # what is left over is one more
        (FOUR, [], [FOUR]),
        (FOUR, [9, "100%"], [FOUR]),  # more than there are
        (FOUR, ["50%", 1, "100%"], [["a", "b"], ["c", "d"]]),  # what shrinks is passed over
        ([], [1, "100%"], []),
    ],
)
def test_a_size_says_how_many_are_done_in_all(hosts: list[str], sizes: list[Size], wanted: list[list[str]]) -> None:
    assert batches(hosts, sizes) == tuple(map(tuple, wanted))


@given(HOSTS, SIZES)
def test_every_host_is_in_exactly_one_batch_and_the_order_stays(hosts: list[str], sizes: Sequence[Size]) -> None:
    made = batches(hosts, sizes)
    assert [host for batch in made for host in batch] == hosts
    assert all(made)


@given(HOSTS, SIZES)
def test_no_batch_goes_beyond_what_its_size_allows(hosts: list[str], sizes: Sequence[Size]) -> None:
    """After each batch but the last the number of hosts done is one that a size names."""
    done, reached = 0, set()
    for batch in batches(hosts, sizes):
        done += len(batch)
        reached.add(done)
    named = {size if isinstance(size, int) else -(-len(hosts) * int(size[:-1]) // 100) for size in sizes}
    assert reached <= named | {len(hosts)}


@pytest.mark.parametrize(("number", "sizes"), [(1, [1]), (2, [1, 1]), (10, [1, 4, 5]), (200, [1, 99, 100])])
def test_the_fleet_files_own_default_is_one_then_half_then_all(number: int, sizes: list[int]) -> None:
    made = batches([str(one) for one in range(number)], Strategy().batches)
    assert [len(batch) for batch in made] == sizes
