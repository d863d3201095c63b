import pytest

from bot.sealed import is_sealed, is_well_named, shown

KMS = f"kms:{'AQICAHh' * 10}=="


@pytest.mark.parametrize(
    ("text", "sealed", "well"),
    [
        ("ssm:/shop/token", True, True),
        ("secretsmanager:shop", True, True),
        ("secretsmanager:prod/shop#token", True, True),
        ("secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf#token", True, True),
        (KMS, True, True),
        ("ssm:token", True, False),
        ("ssm:", True, False),
        ("ssm:/a b", True, False),
        ("kms:short", True, False),
        ("secretsmanager:shop#", True, False),
        ("ssm", False, False),
        ("sm:/shop", False, False),
        ("http://example.com", False, False),
        ("a ssm:/shop", False, False),
    ],
)
def test_a_secret_is_known_by_what_it_begins_with(text: str, sealed: bool, well: bool) -> None:
    assert (is_sealed(text), is_well_named(text)) == (sealed, well)


def test_messages_call_it_by_its_name_and_a_long_one_by_its_beginning() -> None:
    assert shown("ssm:/shop/token") == "ssm:/shop/token"
    assert shown(KMS) == "kms:AQICAHhAQICAHhAQ…"
