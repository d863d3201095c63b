"""What is said of checks that cannot be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.blind_spots import BlindSpot, Left, Lost
from bot.hurdles import LOGIN, QUERY, Hurdle, HurdleKind, store_of
from bot.messages.blind_spots import DO, WHAT, is_long, spot_closed, spot_list, spot_message
from tests.building import HOSTILE, problems, said

SINCE = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
OVER = SINCE + timedelta(minutes=6, seconds=12)
PROMETHEUS = Hurdle(HurdleKind.PROMETHEUS)
AWAY = "could not be asked: Prometheus could not be reached"


def spot(*lost: Lost, hurdle: Hurdle = PROMETHEUS, emptied: datetime | None = None) -> BlindSpot:
    return BlindSpot(1, hurdle, SINCE, "#alerts", emptied, lost)


def many(number: int, words: str = AWAY) -> list[Lost]:
    return [Lost(f"shop/production/disk/web{one}", words.format(one=one)) for one in range(number)]


def test_it_says_which_checks_since_when_why_and_what_to_do() -> None:
    message = spot_message(spot(Lost("shop/production/cpu", AWAY), Lost("api/staging/queue", AWAY)))
    assert problems(message) == []
    assert message.text.startswith("NOT WATCHED · 2 checks · shop · production, api · staging · since <!date^")
    assert message.text.endswith(" · Prometheus cannot be asked")
    words = said(message.blocks)
    assert "*Why*  Prometheus could not be reached\n" in words
    assert "*Checks*  shop/production/cpu, api/staging/queue" in words
    assert "nobody is told" in words
    assert "*Do*  see that it runs" in words
    assert "PROMETHEUS_URL" in words


@pytest.mark.parametrize("kind", list(HurdleKind))
def test_every_kind_has_its_words_and_its_way_out(kind: HurdleKind) -> None:
    for about in ("", "eu"):
        message = spot_message(spot(*many(1), hurdle=Hurdle(kind, about)))
        assert problems(message) == []
        assert "{" not in said(message.blocks).replace("{time_secs}", "")
    assert len(set(WHAT.values())) == len(set(DO.values())) == len(HurdleKind)


@pytest.mark.parametrize(
    ("hurdle", "what", "way"),
    [
        (Hurdle(HurdleKind.PROMETHEUS, "prom:9090"), "Prometheus at prom:9090 cannot be asked", "PROMETHEUS_URL"),
        (Hurdle(HurdleKind.CLOUDWATCH, "arn:role"), "CloudWatch as arn:role cannot be asked", "python -m bot iam"),
        (store_of("TOKEN"), "secrets that they need cannot be had from CHECK_SECRETS", "restart the bot"),
        (store_of("ssm:/t"), "secrets that they need cannot be had from SSM's parameters", "python -m bot iam"),
        (LOGIN, "hosts do not let the bot in by SSH", "authorized_keys"),
        (QUERY, "what they ask cannot be answered", "it must give one number"),
    ],
)
def test_what_to_do_names_the_setting_or_the_right_that_is_lacking(hurdle: Hurdle, what: str, way: str) -> None:
    message = spot_message(spot(*many(1), hurdle=hurdle))
    assert message.text.endswith(what)
    assert way in said(message.blocks)


def test_of_several_reasons_the_most_common_comes_first_and_the_rest_is_counted() -> None:
    refused = [Lost(f"api/staging/disk/{one}", f"not asked: {one}@web did not accept the key") for one in "abcd"]
    found = spot(*refused, *many(2, "not asked: no SSH key to log in with"), hurdle=LOGIN)
    words = said(spot_message(found).blocks)
    assert "*Why*  no SSH key to log in with (2 checks)\na@web did" in words
    assert "and others, of 2 checks" in words
    assert is_long(found)


def test_those_that_can_be_asked_again_are_no_longer_named() -> None:
    message = spot_message(spot(Lost("shop/production/cpu", AWAY, Left.ASKED), *many(3)))
    assert " · 3 of 4 checks · " in message.text
    assert "shop/production/cpu" not in said(message.blocks)


@pytest.mark.parametrize(("number", "long"), [(1, False), (10, False), (11, True), (2_000, True)])
def test_many_checks_stand_in_the_thread_as_far_as_slack_takes_them(number: int, long: bool) -> None:
    found = spot(*many(number))
    assert is_long(found) is long
    assert ("all of them in the thread" in said(spot_message(found).blocks)) is long
    for message in (spot_message(found), spot_list(found)):
        assert problems(message) == []
    assert spot_list(found).text == f"{number:,} check{'' if number == 1 else 's'} of {number:,} cannot be asked"


def test_the_list_has_each_reason_and_who_left_and_counts_what_does_not_fit() -> None:
    found = spot(*many(3, "not asked: web{one} did not"), Lost("api/staging/cpu", AWAY, Left.GONE), hurdle=LOGIN)
    words = said(spot_list(found).blocks)
    assert "shop/production/disk/web2: web2 did not\napi/staging/cpu: left the fleet file" in words
    words = said(spot_list(spot(*many(2_000))).blocks)
    assert "shop/production/disk/web99: " in words
    assert "more checks" in words


ASKED, GONE, MOVED = (Lost(f"shop/production/{left}", AWAY, left) for left in (Left.ASKED, Left.GONE, Left.MOVED))


@pytest.mark.parametrize(
    ("lost", "begin", "end"),
    [
        ([ASKED], "WATCHED AGAIN · 1 check · ", "UTC>)"),
        ([ASKED, GONE], "WATCHED AGAIN · 2 checks · ", " · 1 of them left the fleet file"),
        ([GONE], "NO LONGER CHECKED · 1 check · ", " · left the fleet file"),
        ([MOVED, GONE], "STILL NOT WATCHED · 2 checks · ", "1 of them cannot be asked for another reason now, which"),
        ([ASKED, MOVED], "WATCHED AGAIN · 2 checks · ", "1 of them cannot be asked for another reason now, which"),
    ],
)
def test_the_end_says_for_how_long_it_was_and_how_it_ended(lost: list[Lost], begin: str, end: str) -> None:
    message = spot_closed(spot(*lost, emptied=OVER))
    assert problems(message) == []
    assert message.text.startswith(f"{begin}shop · production · could not be asked for 6 min 12 s (<!date^")
    assert end in message.text
    assert said(message.blocks).endswith("*Why*  Prometheus could not be reached")


def test_hostile_and_endless_words_stay_words_and_fit() -> None:
    lost = [Lost(f"shop/production/{HOSTILE}{one}", f"{one}{HOSTILE * 100}") for one in range(40)]
    found = spot(*lost, hurdle=Hurdle(HurdleKind.SECRET, HOSTILE))
    for message in (spot_message(found), spot_list(found), spot_closed(spot(*lost, emptied=OVER))):
        assert problems(message) == []
        assert "<!channel>" not in said(message.blocks)
