"""A metric of CloudWatch without a point: what is not there is told from what is only quiet, and how that is said."""

from datetime import timedelta

import pytest

from bot.plan.absence import absent
from bot.questions.kept import Dimensions, Kept
from bot.questions.numbers import CloudMetric

BY_HOST = "has Shop Laod by Host, but none of Host=web2 in the last two weeks"
WEB2, WEB3 = (("Host", "web2"),), (("Host", "web3"),)


def metric(dimensions: Dimensions = WEB2, name: str = "Laod", namespace: str = "Shop") -> CloudMetric:
    return CloudMetric(namespace, name, "Average", dimensions, timedelta(minutes=1))


def series(*dimensions: Dimensions, whole: bool = True) -> Kept:
    return Kept("eu-west-1", frozenset(dimensions), whole=whole)


def names(*known: str) -> Kept:
    return Kept("eu-west-1", names=known)


def spaces(*known: str) -> Kept:
    return Kept("eu-west-1", namespaces=known)


def hosts(*called: str) -> list[Dimensions]:
    return [(("Host", name),) for name in called]


@pytest.mark.parametrize(
    "kept",
    [
        series(WEB2),  # it is there, and quiet
        series(WEB2, WEB3),
        series(WEB3, whole=False),  # it may be on a page that was not read
        Kept(trouble="CloudWatch: AWS does not allow cloudwatch:ListMetrics"),
    ],
)
def test_what_is_there_or_may_be_is_not_absent(kept: Kept) -> None:
    assert absent([metric()], kept) == {}


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (names("Load", "Queue"), "had no Shop Laod in the last two weeks (did you mean Load?)"),
        (names("Queue", "Wait"), "had no Shop Laod in the last two weeks (there is Wait and Queue)"),
        (names("B", "C", "E", "F", "G"), "had no Shop Laod in the last two weeks (there is B, C, E and 2 more)"),
        (spaces("AWS/EC2", "shop"), "had nothing in the namespace Shop in the last two weeks (did you mean shop?)"),
        (spaces("AWS/EC2"), "had nothing in the namespace Shop in the last two weeks (there is AWS/EC2)"),
        (
            spaces(),
            "had nothing in the namespace Shop in the last two weeks, nor in any other (is it the right account?)",
        ),
        (
            series(*hosts("web1.a.com", "web2.a.com", "db")),
            f"{BY_HOST} (there is Host=web2.a.com, Host=web1.a.com and Host=db)",
        ),
        (series(*hosts("b", "b1", "b2", "b3", "b4")), f"{BY_HOST} (there is Host=b2, Host=b, Host=b1 and 2 more)"),
        (
            series((("Host", "web2"), ("Service", "shop"))),
            "has Shop Laod by Host and Service, but not by Host in the last two weeks",
        ),
        (
            series((), (("Server", "web2"),)),
            "has Shop Laod by Server or no dimension, but not by Host in the last two weeks",
        ),
    ],
)
def test_it_is_said_what_was_asked_for_and_what_is_near_to_it(kept: Kept, words: str) -> None:
    assert absent([metric()], kept) == {metric(): f"CloudWatch in eu-west-1 {words}"}


def test_a_region_that_is_not_known_is_left_out() -> None:
    (words,) = absent([metric()], Kept(names=("Load",))).values()
    assert words.startswith("CloudWatch had no Shop Laod")


def test_one_without_dimensions_is_none_with_some() -> None:
    (words,) = absent([metric(())], series(WEB2)).values()
    assert "by Host, but not by no dimension" not in words
    assert "by Host, but not without dimensions" in words


def test_hosts_that_lack_it_share_their_words_and_one_that_has_it_is_left_out() -> None:
    asked = [metric(one) for one in hosts("web2", "web3", "web4", "web5", "web1")]
    found = absent(asked, series(*hosts("web1")))
    assert list(found) == asked[:4]
    asked_for = "none of Host=web2, Host=web3, Host=web4 or 1 more in the last two weeks"
    words = f"CloudWatch in eu-west-1 has Shop Laod by Host, but {asked_for} (there is Host=web1)"
    assert set(found.values()) == {words}


def test_names_of_any_length_stay_short() -> None:
    far = (("Host", "x" * 1000),)
    (words,) = absent([metric((("Host", "y" * 1000),), "m" * 255, "n" * 255)], series(far)).values()
    assert len(words) < 500
    assert words.count("…") == 4
