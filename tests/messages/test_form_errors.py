import pytest

from bot.messages.form import ENVIRONMENT, RELEASE, SERVICE
from bot.messages.form_errors import LONGEST, error_text, field_of
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, release


@pytest.mark.parametrize("reason", Reason)
def test_every_no_belongs_to_a_field_and_has_words_without_marks(reason: Reason) -> None:
    refusal = Refusal(reason, "x", detail="because", target=TARGET)
    assert field_of(refusal).startswith("form.")
    text = error_text(refusal, NOW)
    assert text
    assert not set("<>`*") & set(text)


@pytest.mark.parametrize(
    ("refusal", "field", "words"),
    [
        (Refusal(Reason.UNKNOWN_SERVICE, "shpo", ("shop",), ("shop",)), SERVICE, "no service shpo. Did you mean shop?"),
        (Refusal(Reason.UNKNOWN_REF, "9.9", near=("1.4.2",)), RELEASE, "is called 9.9. Did you mean 1.4.2?"),
        (
            Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy()),
            ENVIRONMENT,
            "Deploy 41 of 1.4.2 by somebody is running there since 12:00:00 UTC (just now).",
        ),
        (
            Refusal(Reason.MOVED, "main", ("7f3c9a1", release().short), target=TARGET),
            RELEASE,
            f"main is {release().short} by now, no longer 7f3c9a1",
        ),
        (Refusal(Reason.FORBIDDEN, known=("U0ANA", "S0LEADS"), target=TARGET), ENVIRONMENT, "may: somebody, a group."),
        (Refusal(Reason.SOURCE, detail="<b> & co"), RELEASE, "cannot be read: <b> & co"),
    ],
)
def test_it_says_in_plain_text_what_the_private_answer_would_say(refusal: Refusal, field: str, words: str) -> None:
    assert field_of(refusal) == field
    assert words in error_text(refusal, NOW)


def test_it_is_short_enough_to_stand_beside_a_field() -> None:
    text = error_text(Refusal(Reason.SOURCE, detail=HOSTILE * 100), NOW)
    assert len(text) == LONGEST
