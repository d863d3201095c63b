import re
from datetime import UTC, datetime

import pytest

from bot.messages.refusals import words
from bot.model import Target
from bot.refusals import Reason, Refusal
from tests.building import a_deploy

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TARGET = Target("shop", "production")
MAY_NOT = [
    Reason.FORBIDDEN,
    Reason.MAY_NOT_RUN,
    Reason.MAY_NOT_APPROVE,
    Reason.MAY_NOT_FORCE,
    Reason.MAY_NOT_SCALE,
]
CARELESS = re.compile(r"  | [.,;:]|\.\.|::|\(\)|``|\bNone\b")


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
            Refusal(Reason.FIRST_STEP, "production", target=TARGET),
            "`shop` runs in no environment before `production`: nothing is promoted into it.",
            "Deploy there by a ref: `/deploy shop@REF to production`.",
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
def test_every_reason_has_words_of_its_own_and_a_way_out(reason: Reason) -> None:
    for said in words(Refusal(reason, "x", ("a", "b"), ("a",), "because", target=TARGET), NOW):
        assert len(said) > len("None.")
        assert not CARELESS.search(said), said


@pytest.mark.parametrize("reason", MAY_NOT)
def test_who_may_not_hears_whom_to_ask(reason: Reason) -> None:
    way_out = words(Refusal(reason, "x", ("@leads", "U0ANA", "S0LEADS"), target=TARGET), NOW)[1]
    assert way_out == "Those who may: @leads, <@U0ANA>, <!subteam^S0LEADS>. Ask one of them."
    nobody = words(Refusal(reason, "x", target=TARGET), NOW)[1]
    assert nobody == "Nobody may, as the fleet file stands: have somebody named under `access` there."
