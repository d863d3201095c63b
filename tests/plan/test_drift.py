from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import HostState, StageState
from bot.plan.drift import joined, to_read_again
from bot.records import HostLine
from tests.building import NOW, a_deploy, a_view, healthy, lines, release, seconds

DONE = (StageState.COMPLETE, "")


def hosts(names: str) -> list[HostLine]:
    """Capitals have left the fleet file."""
    return [HostLine(name.lower(), 0, HostState.LEFT if name.isupper() else HostState.HEALTHY) for name in names]


@pytest.mark.parametrize(
    ("known", "found", "late"),
    [
        ("abc", "abc", ""),
        ("abc", "cba", ""),
        ("ab", "abc", "c"),
        ("abc", "ab", ""),
        ("ab", "dcb", "dc"),
        ("", "aa", "a"),  # found twice is one
        ("aB", "ab", "b"),  # it left, and came back
    ],
)
def test_who_joined(known: str, found: str, late: str) -> None:
    assert joined(hosts(known), found) == list(late)


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_who_is_known_or_late_is_everybody(known: set[str], found: set[str]) -> None:
    late = joined(hosts("".join(sorted(known))), sorted(found))
    assert not known & set(late)
    assert known | set(late) == known | found


@pytest.mark.parametrize(
    ("line", "age", "again"),
    [
        (healthy("web1"), 30, False),  # seen a moment ago
        (healthy("web1"), 61, True),
        (HostLine("web1", 0, HostState.UNKNOWN), 1, True),
        (HostLine("web1", 0, HostState.SKIPPED), 1, True),
        (HostLine("web1", 0, HostState.UNCHANGED), 1, True),
        (HostLine("web1", 0, HostState.UNHEALTHY), 1, True),
        (HostLine("web1", 0, HostState.LEFT), 61, False),
        (HostLine("web1", 9, HostState.HEALTHY), 61, False),  # it joined late, and was just brought
    ],
)
def test_who_is_read_again_at_the_end(line: HostLine, age: float, again: bool) -> None:
    deploy = a_deploy()
    view = a_view(deploy, lines(deploy.plan, {"web1": line}), {0: DONE, 1: DONE})
    ended = view.stages[1].finished_at
    assert ended is not None
    assert to_read_again(view, ended + seconds(age)) == ([line] if again else [])


def test_a_batch_that_did_not_end_says_nothing() -> None:
    deploy = a_deploy()
    view = a_view(deploy, lines(deploy.plan, {"web1": healthy("web1")}), {})
    assert to_read_again(view, NOW + seconds(999)) == []


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        (healthy("web1"), False),
        (replace(healthy("web1"), found=release("1.4.2").sha), False),
        (replace(healthy("web1"), found=release("1.4.1").sha), True),
        (HostLine("web1", 0, HostState.LEFT), False),
        (HostLine("web1", 0, HostState.SKIPPED), True),
        (HostLine("web1", 0, HostState.UNHEALTHY, found=release("1.4.2").sha), True),
    ],
)
def test_who_is_behind(line: HostLine, behind: bool) -> None:
    view = a_view(a_deploy(), [line], {})
    assert view.behind == ((line,) if behind else ())
