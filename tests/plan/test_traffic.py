import pytest

from bot.cloud import Member
from bot.plan.traffic import next_out

IN, SICK, NEW, GOING = Member("healthy"), Member("unhealthy"), Member("initial"), Member("draining")


@pytest.mark.parametrize(
    ("states", "hosts", "least", "out"),
    [
        pytest.param({"a": IN, "b": IN, "c": IN}, "abc", 1, "ab", id="as many as leave one serving"),
        pytest.param({"a": IN, "b": IN, "c": IN}, "abc", 0, "abc", id="all of them where none must"),
        pytest.param({"a": IN, "b": IN, "c": IN}, "c", 2, "c", id="one of three with two to stay"),
        pytest.param({"a": IN, "b": IN}, "ab", 2, "", id="none where all must stay"),
        pytest.param({"a": IN, "b": IN}, "ab", 5, "", id="none where there are too few already"),
        pytest.param({"a": SICK, "b": IN}, "ab", 1, "a", id="what serves nobody may always leave"),
        pytest.param({"a": SICK, "b": NEW, "c": GOING}, "abc", 2, "abc", id="that is whatever is not healthy"),
        pytest.param({"b": IN, "c": IN}, "abc", 1, "ab", id="one that is out already, and one more"),
        pytest.param({"a": IN, "b": IN, "z": IN}, "ab", 1, "ab", id="others of the group serve meanwhile"),
        pytest.param({}, "ab", 1, "ab", id="an empty group loses nothing"),
    ],
)
def test_enough_of_the_group_go_on_serving(states: dict[str, Member], hosts: str, least: int, out: str) -> None:
    assert next_out(list(hosts), states, least) == tuple(out)
