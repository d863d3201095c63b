from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Call, Pending
from bot.plan.pace import Pace

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def post(number: int, channel: str = "#deploys", **more: Any) -> Pending:
    return Pending(number, f"m{number}", channel, "op", NOW, **more)


def update(number: int, **more: Any) -> Pending:
    return post(number, ts=f"1.{number}", **more)


def lost(number: int, channel: str = "#deploys", **more: Any) -> Pending:
    """Posted with an unclear outcome."""
    return post(number, channel, unclear=True, **more)


def run(rows: list[Pending], seconds: float, step: float = 0.25) -> list[tuple[float, Pending]]:
    """What goes when, if these rows are all that is pending and each goes once."""
    pace, left, went, time = Pace(), list(rows), [], 0.0
    while time <= seconds:
        row = pace.next(left, at(time))
        if row is None:
            time += step
            continue
        pace.went(row, at(time))
        left.remove(row)
        went.append((time, row))
    return went


@pytest.mark.parametrize(
    ("why", "pending", "first"),
    [
        ("nothing is nothing", [], None),
        ("the oldest post is first", [post(1), post(2)], 1),
        ("posts are before updates", [update(1), post(2)], 2),
        ("so are searches", [update(1), lost(2)], 2),
        ("an update goes when no post may", [update(1), post(2, not_before=at(5))], 1),
        ("what waits does not hold up another channel", [post(1, not_before=at(5)), post(2, "#alerts")], 2),
        ("what waits holds up its own channel", [post(1, not_before=at(5)), post(2)], None),
        ("what was refused holds up nobody", [post(1, not_before=at(600), failed=True), post(2)], 2),
        ("what was refused is tried again in its time", [post(1, not_before=at(-1), failed=True)], 1),
        ("a reply waits for its parent", [post(1, thread="m9")], None),
        ("a reply that waits does not hold up its channel", [post(1, thread="m9"), post(2)], 2),
        ("a reply goes when its parent is there", [post(1, thread="m9", parent_ts="1.9")], 1),
        (
            "replies keep their order",
            [post(1, thread="m9", parent_ts="1.9", not_before=at(5)), post(2, thread="m9", parent_ts="1.9")],
            None,
        ),
        (
            "threads do not hold up each other",
            [post(1, thread="m8", parent_ts="1.8", not_before=at(5)), post(2, thread="m9", parent_ts="1.9")],
            2,
        ),
        ("a lost post holds up the next until it is looked for", [lost(1, not_before=at(3)), post(2)], None),
        ("a moment to come is not now", [update(1, not_before=at(0.1))], None),
        ("a moment reached is now", [update(1, not_before=at(0))], 1),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_whose_turn_it_is(why: str, pending: list[Pending], first: int | None) -> None:
    row = Pace().next(pending, NOW)
    assert (row and row.id) == first, why


def test_posts_in_one_channel_go_two_at_once_then_less_than_one_a_second() -> None:
    times = [time for time, _ in run([post(number) for number in range(20)], 30)]
    assert times[:3] == [0.0, 0.0, 1.25]
    assert len(times) == 20
    assert times[-1] >= 18 * 1.1


def test_channels_do_not_slow_each_other() -> None:
    went = run([post(number, f"#c{number}") for number in range(30)], 0)
    assert len(went) == 30


def test_updates_of_all_messages_together_stay_below_fifty_in_any_minute() -> None:
    times = [time for time, _ in run([update(number) for number in range(300)], 200)]
    most = max(sum(start <= time < start + 60 for time in times) for start in times)
    assert 40 <= most <= 48


def test_updates_of_one_message_are_spaced() -> None:
    pace = Pace()
    pace.went(update(1), NOW)
    assert pace.next([update(1)], at(1.1)) is None
    assert pace.next([update(1)], at(1.2)) == update(1)


def test_the_first_update_is_spaced_from_the_post_too() -> None:
    pace = Pace()
    pace.went(post(1), NOW)
    assert pace.next([update(1)], at(1.1)) is None
    assert pace.next([update(2)], at(1.1)) == update(2)


def test_of_many_messages_that_change_all_the_time_each_gets_its_turn() -> None:
    pace, turns, time = Pace(), Counter[int](), 0.0
    rows = [update(number) for number in range(10)]
    while time < 120:
        row = pace.next(rows, at(time))
        if row:
            pace.went(row, at(time))
            turns[row.id] += 1
        time += 0.25
    assert set(turns) == set(range(10))
    assert max(turns.values()) - min(turns.values()) <= 1


@pytest.mark.parametrize(
    ("stopped", "asked", "after", "goes"),
    [
        (post(1), post(1), 2.9, False),
        (post(1), post(1), 3.0, True),
        (post(1), post(2, "#alerts"), 2.9, False),
        (post(1), update(1), 2.9, True),
        (post(1), lost(1), 2.9, True),
        (update(1), update(2), 2.9, False),
        (update(1), post(2), 2.9, True),
        (lost(1), lost(2), 2.9, False),
    ],
)
def test_after_a_429_the_method_rests_as_long_as_slack_asks(
    stopped: Pending, asked: Pending, after: float, goes: bool
) -> None:
    pace = Pace()
    pace.stop(stopped, at(3))
    assert (pace.next([asked], at(after)) is not None) is goes


def test_searches_are_paced_as_well() -> None:
    times = [time for time, _ in run([lost(number, f"#c{number}") for number in range(100)], 60)]
    assert 40 <= len(times) <= 48


def test_a_clock_set_back_stops_nobody_for_long() -> None:
    pace = Pace()
    for _ in range(2):
        pace.went(post(1), NOW)
    assert pace.next([post(2)], at(-1)) is None
    assert pace.next([post(2)], at(-3600)) == post(2)
    assert pace.next([post(2, not_before=NOW)], at(-1)) is None
    assert pace.next([post(2, not_before=NOW)], at(-3600)) == post(2, not_before=NOW)


rows = st.builds(
    post,
    st.integers(0, 50),
    st.sampled_from(["#a", "#b"]),
    ts=st.sampled_from([None, "1.1"]),
    unclear=st.booleans(),
    failed=st.booleans(),
    thread=st.sampled_from([None, "m1"]),
    parent_ts=st.sampled_from([None, "1.1"]),
)


@given(st.lists(rows, max_size=30, unique_by=lambda row: row.id))
def test_whatever_is_pending_everything_that_can_go_goes_in_the_end(pending: list[Pending]) -> None:
    held = {row.stream for row in pending if row.thread and not row.parent_ts and row.call is not Call.UPDATE}
    went = [row for _, row in run(pending, 90)]
    stays = [row for row in pending if row not in went]
    assert all(row.stream in held for row in stays)
    posts = [row for row in went if row.call is not Call.UPDATE and not row.failed]
    for stream in {row.stream for row in posts}:
        ids = [row.id for row in posts if row.stream == stream]
        assert ids == [row.id for row in pending if row in posts and row.stream == stream]
