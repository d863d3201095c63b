import pytest

from bot.plan.aiming import aim
from bot.plan.bounds import Bounds
from bot.refusals import Reason, Refusal
from tests.building import TARGET

LIMITS = Bounds(2, 10)


@pytest.mark.parametrize("wanted", [2, 3, 9, 10])
def test_what_is_within_the_limits_and_another_number_is_meant(wanted: int) -> None:
    assert aim(TARGET, 4, wanted, str(wanted), LIMITS) == wanted


@pytest.mark.parametrize(
    ("wanted", "asked", "reason"),
    [
        (1, "1", Reason.OUT_OF_LIMITS),
        (0, "0", Reason.OUT_OF_LIMITS),
        (-1, "-5", Reason.OUT_OF_LIMITS),
        (11, "+7", Reason.OUT_OF_LIMITS),
        (500, "500", Reason.OUT_OF_LIMITS),
        (10**18, str(10**18), Reason.OUT_OF_LIMITS),
        (4, "+0", Reason.SO_MANY),
    ],
)
def test_what_is_not_is_refused_as_it_was_typed(wanted: int, asked: str, reason: Reason) -> None:
    assert aim(TARGET, 4, wanted, asked, LIMITS) == Refusal(reason, asked, ("2", "10"), detail="4", target=TARGET)


def test_from_beyond_the_limits_one_comes_back_within() -> None:
    assert aim(TARGET, 12, 9, "-3", LIMITS) == 9
