from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.041, "41 ms"),
        (0.9991, "999 ms"),
        (0.9996, "1 s"),
        (1, "1 s"),
        (2.1, "2.1 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (94, "94 s"),
        (119.6, "2 min"),
        (120, "2 min"),
        (190, "3 min 10 s"),
        (372, "6 min 12 s"),
        (3599.4, "59 min 59 s"),
        (3600, "1 h"),
        (3 * 3600 + 5 * 60 + 59, "3 h 5 min"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
        (3 * 86400 + 4 * 3600, "3 days 4 h"),
    ],
)
def test_a_duration_is_said_in_at_most_two_units(seconds: float, said: str) -> None:
    assert words.duration(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-10, "just now"),
        (0.5, "just now"),
        (94, "94 s ago"),
        (41 * 60 + 59, "41 min ago"),
        (119 * 60, "119 min ago"),
        (31 * 3600, "31 h ago"),
        (2 * 86400, "2 days ago"),
        (1500 * 86400, "1,500 days ago"),
    ],
)
def test_an_age_is_said_in_one_unit(seconds: float, said: str) -> None:
    assert words.age(timedelta(seconds=seconds)) == said


MOMENT = datetime(2026, 11, 20, 23, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("{time_secs}", "<!date^1795215910^{time_secs}|23:05:10 UTC>"),
        ("{time}", "<!date^1795215910^{time}|23:05 UTC>"),
        (
            "{date_short_pretty} at {time}",
            "<!date^1795215910^{date_short_pretty} at {time}|2026-11-20 at 23:05 UTC>",
        ),
    ],
)
def test_a_date_carries_the_same_moment_in_utc_for_those_who_cannot_draw_it(form: str, said: str) -> None:
    assert words.date(MOMENT, form) == said


def test_a_date_does_not_depend_on_the_zone_it_is_held_in() -> None:
    assert words.date(MOMENT.astimezone(timezone(timedelta(hours=9)))) == words.date(MOMENT)


def test_what_a_person_wrote_cannot_mention_or_link() -> None:
    assert words.escape("<!channel> a & b <http://x|y>") == "&lt;!channel&gt; a &amp; b &lt;http://x|y&gt;"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100 %"),
        (0.999999, "99.99 %"),
        (0.9998, "99.98 %"),
        (0.995, "99.5 %"),
        (0.0012, "0.12 %"),
        (0.000001, "under 0.01 %"),
        (0.0, "0 %"),
        (0.5, "50 %"),
    ],
)
def test_a_percentage_is_never_rounded_up_to_the_whole(share: float, said: str) -> None:
    assert words.percent(share) == said


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_only_the_whole_is_a_hundred_percent(share: float) -> None:
    assert words.percent(share) != "100 %"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("U024BE7LH", "<@U024BE7LH>"),
        ("W012A3CDE", "<@W012A3CDE>"),
        ("@leads", "<!subteam^S0615G0KT>"),
        ("leads", "<!subteam^S0615G0KT>"),
        ("S0615G0KT", "<!subteam^S0615G0KT>"),
        ("@nobody", "@nobody"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_a_mention_reaches_only_those_slack_knows(who: str, said: str) -> None:
    assert words.mention(who, {"leads": "S0615G0KT"}) == said


@pytest.mark.parametrize(
    ("names", "most", "said"),
    [
        ([], 5, ""),
        (["web1"], 5, "web1"),
        (["web1", "web2", "web3"], 3, "web1, web2, web3"),
        (["web1", "web2", "web3", "web4", "web5"], 2, "web1, web2 and 3 more"),
    ],
)
def test_a_long_list_says_how_many_it_leaves_out(names: list[str], most: int, said: str) -> None:
    assert words.listing(names, most) == said
