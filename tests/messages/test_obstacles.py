import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.obstacles import MOST, obstacles


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([], ""),
        ([("web1", ""), ("web2", "")], ""),
        ([("web1", ""), ("web2", "no room")], "web2: no room"),
        ([("web1", "not reachable"), ("web2", "no room")], "web1: not reachable; web2: no room"),
        ([(f"web{n}", "down") for n in range(1, 6)], "web1: down; web2: down; web3: down; web4: down; web5: down"),
        (
            [(f"web{n}", "down") for n in range(1, 200)],
            "web1: down; web2: down; web3: down; web4: down; web5: down; and 194 more",
        ),
    ],
)
def test_what_stands_in_the_way_is_one_line(found: list[tuple[str, str]], line: str) -> None:
    assert obstacles(found) == line


@given(st.lists(st.tuples(st.from_regex(r"web[0-9]{1,3}", fullmatch=True), st.sampled_from(["", "down", "full"]))))
def test_it_is_empty_exactly_when_nothing_is_in_the_way(found: list[tuple[str, str]]) -> None:
    line = obstacles(iter(found))
    bad = [host for host, trouble in found if trouble]
    assert bool(line) is bool(bad)
    assert all(f"{host}: " in line for host in bad[:MOST])
