from datetime import UTC, datetime

import pytest

from bot.messages.refusals import words
from bot.model import Target
from bot.refusals import Reason, Refusal
from tests.building import a_deploy

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TARGET = Target("shop", "production")


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (
            Refusal(Reason.UNREADABLE, "/deploy locks", detail="I understood `locks`, but not `<x>`"),
            "I understood `locks`, but not `&lt;x&gt;`.",
            "Usage: `/deploy locks`",
        ),
        (
            Refusal(Reason.UNREADABLE, "/deploy …", near=("--force",), detail="I understood it, but not `--fore`"),
            "I understood it, but not `--fore`. Did you mean `--force`?",
            "Usage: `/deploy …`",
        ),
        (
            Refusal(Reason.UNKNOWN_HOST, "wbe1", ("web1", "web2"), ("web1",), target=TARGET),
            "`shop` has no host `wbe1` in production. Did you mean `web1`?",
            "Its hosts there: web1, web2",
        ),
        (
            Refusal(Reason.UNKNOWN_ENVIRONMENT, "prod", ("production",), ("production",), target=TARGET),
            "`shop` does not run in `prod`. Did you mean `production`?",
            "It runs in production",
        ),
        (
            Refusal(Reason.UNKNOWN_ENVIRONMENT, "prod", ("staging", "production"), ("production",)),
            "There is no environment `prod`. Did you mean `production`?",
            "Environments: staging, production",
        ),
        (
            Refusal(Reason.UNSETTLED, "staging", ("1.4.1",), target=TARGET, deploy=a_deploy()),
            (
                "`staging`, where its releases come from, is not settled: deploy 41 to 1.4.2 by <@U0ANA> is running"
                " there."
            ),
            "Wait for its end, or name the release that is meant: `/deploy shop@1.4.1 to production`.",
        ),
        (
            Refusal(Reason.UNMEASURABLE, known=("cpu: the query returned nothing for web2",), target=TARGET),
            "Nothing was begun: the analysis could never tell by cpu: the query returned nothing for web2.",
            "Mend `strategy.analysis.metrics` in the fleet file, or deploy with `--now`, which watches no canary.",
        ),
    ],
)
def test_a_name_or_a_phrase_that_is_not_known_is_answered_with_the_way_out(
    refusal: Refusal, what: str, way_out: str
) -> None:
    assert words(refusal, NOW) == (what, way_out)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_of_its_own(reason: Reason) -> None:
    what, _ = words(Refusal(reason, "x", detail="because", target=TARGET), NOW)
    assert what
    assert not what.endswith("..")
