"""What keeps a check from being asked: alike for all that one remedy helps."""

import pytest

from bot.blind_spots import BlindSpot, Left, Lost
from bot.hurdles import Hurdle, HurdleKind, store_of
from bot.model import Blind, Probe, Target
from tests.building import NOW


@pytest.mark.parametrize(
    ("secret", "about"),
    [
        ("SHOP_TOKEN", "CHECK_SECRETS"),
        ("ssm:/shop/token", "SSM's parameters"),
        ("ssm:/api/token", "SSM's parameters"),
        ("secretsmanager:shop#token", "Secrets Manager"),
        ("kms:AQICAHh", "KMS"),
    ],
)
def test_secrets_of_one_store_are_one_hurdle(secret: str, about: str) -> None:
    assert store_of(secret) == Hurdle(HurdleKind.SECRET, about)


def test_a_probe_that_could_not_ask_is_neither_good_nor_bad_and_says_why() -> None:
    probe = Probe.unasked(store_of("SHOP_TOKEN"), "SHOP_TOKEN is not in CHECK_SECRETS")
    assert (probe.ok, probe.blind, probe.status) == (False, Blind.UNKNOWN, None)
    assert probe.cause == "SHOP_TOKEN is not in CHECK_SECRETS"
    assert Probe(False, 0.0, None, "no point to tell by", Blind.UNKNOWN).hurdle is None


def test_a_lost_check_knows_its_target_and_a_spot_who_is_still_in_it() -> None:
    here, there = Lost("shop/production/disk/web1", "x"), Lost("shop/production/http", "x", Left.ASKED)
    assert here.target == Target("shop", "production")
    assert BlindSpot(1, store_of("X"), NOW, "#alerts", None, (here, there)).still == (here,)
