"""Is it the fleet that is down, or the bot that cannot see?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Target
from bot.plan.blind import Glance, darkness, sees_again, separate
from bot.watch import Dark

SINCE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def glance(spec: str, at: int = 1) -> Glance:
    """`shop@web1`, with `+` behind it when it answered; `shop/staging@web1` elsewhere than in production."""
    place, _, address = spec.rstrip("+").partition("@")
    service, _, environment = place.partition("/")
    target = Target(service, environment or "production")
    return Glance(target, address, SINCE + timedelta(seconds=at), spec.endswith("+"))


def glances(text: str, at: int = 1) -> list[Glance]:
    return [glance(spec, at) for spec in text.split()]


@pytest.mark.parametrize(
    ("what", "seen", "blind"),
    [
        ("three services on three machines", "a@1 b@2 c@3", True),
        ("one service and its three hosts", "a@1 a@2 a@3", False),
        ("a fleet of two checks", "a@1 b@2", False),
        ("three services on one machine", "a@1 b@1 c@1", False),
        ("three services on two machines", "a@1 b@2 c@1", False),
        ("three services, one of them on each of two others' machines", "a@1 b@1 b@2 c@2 c@3", True),
        ("one service in three environments", "a@1 a/staging@2 a/test@3", False),
        ("three of four", "a@1 b@2 c@3 d@4+", True),
        ("three of five", "a@1 b@2 c@3 d@4+ e@5+", False),
        ("a big service and two others that need it, of ten", "a@1 a@2 a@3 b@4 c@5 d@6+ e@7+ f@8+ g@9+ h@10+", False),
        ("services that fail on most of their hosts", "a@1 a@2 a@3+ b@4 b@5 b@6+ c@7 c@8 c@9+", True),
        ("services that fail on half of their hosts", "a@1 a@2+ b@3 b@4+ c@5 c@6+", False),
        ("what runs beside the bot still answers", "a@1 b@2 c@3 d@4 e@5 f@6 bot@127.0.0.1+", True),
        ("nothing", "", False),
        ("all is well", "a@1+ b@2+ c@3+", False),
    ],
)
def test_only_what_has_nothing_in_common_makes_the_bot_doubt_itself(what: str, seen: str, blind: bool) -> None:
    assert (darkness(glances(seen), SINCE) is not None) is blind, what


def test_what_was_asked_before_the_first_failure_says_nothing() -> None:
    before, after = glances("d@4+ e@5+ f@6+ g@7+", at=-1), glances("a@1 b@2 c@3", at=0)
    assert darkness([*before, *after], SINCE) == Dark(failing=3, targets=3, checks=3)
    assert darkness([*glances("d@4+ e@5+ f@6+ g@7+", at=1), *after], SINCE) is None


def test_what_needs_something_that_fails_is_explained_by_it() -> None:
    db = Target("a", "production")
    above = [replace(one, needs=frozenset({db})) for one in glances("b@2 c@3 d@4")]
    assert darkness([*glances("a@1"), *above], SINCE) is None
    assert darkness([*glances("a@1+"), *above], SINCE) == Dark(failing=3, targets=4, checks=3)


@pytest.mark.parametrize(
    ("what", "seen", "known", "again"),
    [
        ("all answer", "a@1+ b@2+ c@3+", 3, True),
        ("one of three answers", "a@1+ b@2 c@3", 3, False),
        ("two of three answer", "a@1+ b@2+ c@3", 3, True),
        ("half of them answer", "a@1+ b@2+ c@3 d@4", 4, False),
        ("one was asked, of many", "a@1+", 20, False),
        ("the fleet has become smaller", "a@1+", 1, True),
        ("nothing was asked since", "", 3, False),
        ("nothing is watched any more", "", 0, True),
    ],
)
def test_the_bot_sees_again_when_most_of_several_answer(what: str, seen: str, known: int, again: bool) -> None:
    assert sees_again(glances(seen), SINCE, known) is again, what


def test_what_is_asked_rarely_does_not_keep_the_bot_blind() -> None:
    old, new = glances("a@1 b@2 c@3 d@4 e@5", at=10), glances("f@6+ g@7+ h@8+", at=100)
    assert sees_again([*old, *new], SINCE, known=8)


def test_where_all_is_asked_rarely_what_was_asked_before_counts_too() -> None:
    old, new = glances("a@1 b@2 c@3", at=10), glances("d@4+", at=300)
    assert not sees_again([*old, *new], SINCE, known=4)
    assert sees_again([*glances("a@1 b@2+ c@3+", at=10), *new], SINCE, known=4)


@pytest.mark.parametrize(
    ("pairs", "fewest"),
    [
        ("", 0),
        ("a1", 1),
        ("a1 a2 a3", 1),
        ("a1 b1 c1", 1),
        ("a1 b1 b2", 2),
        ("a1 a2 b1 c2", 2),
        ("a1 b2 c3", 3),
        ("a1 a2 b1 c1", 2),
        ("a1 b1 b2 c2 c3 d3 d4", 4),
    ],
)
def test_as_many_outages_are_needed_as_pairs_share_nothing(pairs: str, fewest: int) -> None:
    edges = [(pair[0], pair[1]) for pair in pairs.split()]
    assert separate(edges, 9) == fewest
    assert separate(reversed(edges), 9) == fewest
    assert separate(edges, 2) == min(fewest, 2)
