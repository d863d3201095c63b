from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import DeployKind, DeployState
from bot.plan.ladder import ladder, standing, way_back
from bot.records import Deploy
from tests.building import a_deploy, a_plan

BACK = "back:"


def story(*refs: str) -> list[Deploy]:
    """Deploys that succeeded one after another; `back:1.4.1` was a rollback."""
    return [
        a_deploy(
            a_plan(ref=ref.removeprefix(BACK), kind=DeployKind.ROLLBACK if ref.startswith(BACK) else DeployKind.DEPLOY),
            DeployState.SUCCEEDED,
            number,
        )
        for number, ref in enumerate(refs, start=1)
    ]


def rungs(*refs: str) -> list[str]:
    return [release.ref for release in ladder(story(*refs))]


@pytest.mark.parametrize(
    ("refs", "wanted"),
    [
        ([], []),
        (["1"], ["1"]),
        (["1", "2", "3"], ["1", "2", "3"]),
        (["1", "2", "2"], ["1", "2"]),  # the same once more is no rung
        (["1", "2", "1"], ["1", "2", "1"]),  # an old one deployed by name is a step forward
        (["1", "2", "back:1"], ["1"]),
        (["1", "2", "3", "back:2", "back:1"], ["1"]),  # two rollbacks never bring the bad one back
        (["1", "2", "back:1", "3"], ["1", "3"]),
        (["1", "2", "back:1", "2"], ["1", "2"]),  # mended and deployed again
        (["1", "2", "1", "back:2"], ["1", "2"]),  # down to the nearest rung of that release
        (["back:9"], ["9"]),  # older than what is kept
        (["1", "back:9"], ["1", "9"]),
        (["1", "2", "back:2"], ["1", "2"]),
    ],
)
def test_a_deploy_climbs_and_a_rollback_steps_down(refs: Sequence[str], wanted: list[str]) -> None:
    assert rungs(*refs) == wanted


@pytest.mark.parametrize(
    ("refs", "stands", "back"),
    [
        ([], None, None),
        (["1"], "1", None),
        (["1", "2"], "2", "1"),
        (["1", "2", "back:1"], "1", None),
        (["1", "2", "3", "back:2"], "2", "1"),
        (["1", "2", "2"], "2", "1"),
    ],
)
def test_what_stands_and_where_a_rollback_goes(refs: list[str], stands: str | None, back: str | None) -> None:
    found = ladder(story(*refs))
    top, below = standing(found), way_back(found)
    assert (top.ref if top else None, below.ref if below else None) == (stands, back)


def test_a_deploy_that_was_for_some_hosts_only_is_no_rung() -> None:
    past = story("1", "2", "3")
    some = replace(past[1], plan=replace(past[1].plan, partial=True))
    assert [one.ref for one in ladder([past[0], some, past[2]])] == ["1", "3"]
    assert [one.ref for one in ladder([past[0], some])] == ["1"]


@given(st.lists(st.sampled_from("12345"), max_size=12), st.integers(1, 12))
def test_rolling_back_again_and_again_only_ever_goes_to_what_stood_before(refs: list[str], times: int) -> None:
    """Each rollback goes where the ladder says; none meets a release twice in a row, none one that was left."""
    told = list(refs)
    height = len(ladder(story(*told)))
    for _ in range(times):
        back = way_back(ladder(story(*told)))
        if back is None:
            break
        bad = standing(ladder(story(*told)))
        assert bad is not None
        assert back.sha != bad.sha
        told.append(BACK + back.ref)
        found = ladder(story(*told))
        assert standing(found) == back
        assert len(found) < height
        height = len(found)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("12345")), max_size=14))
def test_what_stands_is_always_what_came_last_and_no_two_rungs_in_a_row_are_one(past: list[tuple[bool, str]]) -> None:
    found = rungs(*[(BACK if back else "") + ref for back, ref in past])
    assert (found[-1] if found else None) == (past[-1][1] if past else None)
    assert all(lower != upper for lower, upper in pairwise(found))
