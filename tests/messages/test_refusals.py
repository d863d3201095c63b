import pytest

from bot.messages.refusals import refusal_message, words
from bot.model import DeployKind
from bot.records import Act, Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, names, problems, said, seconds

SINCE = "<!date^1795176000^{time_secs}|12:00:00 UTC>"
LATER = NOW + seconds(200)
WAIT = "Wait for it to end: `/deploy status shop`"
KNOWN, ENVIRONMENTS = ("api", "shop"), ("staging", "production")


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (
            Refusal(Reason.UNREADABLE, "/status [SERVICE]", detail="I understood the service `shop`, but not `now`"),
            "I understood the service `shop`, but not `now`.",
            "Usage: `/status [SERVICE]`",
        ),
        (
            Refusal(Reason.UNKNOWN_SERVICE, "shopp", KNOWN, ("shop",)),
            "There is no service `shopp`. Did you mean `shop`?",
            "Services: api, shop",
        ),
        (Refusal(Reason.UNKNOWN_SERVICE, "x", KNOWN), "There is no service `x`.", "Services: api, shop"),
        (
            Refusal(Reason.UNKNOWN_ENVIRONMENT, "prod", ENVIRONMENTS, ("production", "preview"), target=TARGET),
            "`shop` does not run in `prod`. Did you mean `production` or `preview`?",
            "It runs in staging, production",
        ),
        (
            Refusal(Reason.UNKNOWN_REF, "1.4.9", near=("1.4.2",)),
            "No branch, tag or commit is called `1.4.9`. Did you mean `1.4.2`?",
            "Push it first, or name one that exists: a branch, a tag, or at least seven digits of a commit.",
        ),
        (Refusal(Reason.UNKNOWN_DEPLOY, "99"), "There is no deploy `99`.", "`/deploy history SERVICE` lists them."),
        (
            Refusal(Reason.SOURCE, detail="git: could not read from remote"),
            "The repository cannot be read: git: could not read from remote",
            "Nothing was begun. Try again when git can fetch it.",
        ),
        (
            Refusal(Reason.FORBIDDEN, known=("@oncall", "U024BE7LH"), target=TARGET),
            "You may not deploy to production.",
            "Those who may: @oncall, <@U024BE7LH>. Ask one of them, or have the fleet file changed.",
        ),
        (
            Refusal(Reason.UNSURE_WHO, target=TARGET, detail="Slack asks to wait 3 s"),
            "Whether you may deploy to production cannot be read: Slack asks to wait 3 s",
            "Nothing was begun. Try again in a minute.",
        ),
        (
            Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy()),
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there since {SINCE} (3 min ago).",
            WAIT,
        ),
        (
            Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy(a_plan(kind=DeployKind.ROLLBACK, ref="1.4.1"))),
            f"Rollback 41 of 1.4.1 by <@U0ANA> is running there since {SINCE} (3 min ago).",
            WAIT,
        ),
        (
            Refusal(Reason.BUSY, target=TARGET, act=Act(3, TARGET, ("web1", "web2"), 7, "U0BEN", NOW)),
            f"A restart of web1, web2 by <@U0BEN> is running there since {SINCE} (3 min ago).",
            WAIT,
        ),
        (
            Refusal(Reason.BUSY, target=TARGET),
            "Somebody was quicker, and what they began there has just ended.",
            "Look at `/status` first, then try again if it is still wanted.",
        ),
        (
            Refusal(Reason.NOTHING_GOOD, target=TARGET),
            "No other release has ever fully succeeded on `shop`.",
            "Deploy one by its name: `/deploy SERVICE@REF to ENV`.",
        ),
        (
            Refusal(Reason.OVER, detail="shop · production is up again; the alert says since when"),
            "That is over: shop · production is up again; the alert says since when.",
            "`/status` shows how everything stands now.",
        ),
        (
            Refusal(Reason.STATE, detail="pointsman.db is locked by another process"),
            "Nothing was begun: pointsman.db is locked by another process",
            "Try again when that is mended.",
        ),
    ],
)
def test_a_no_says_what_stands_in_the_way_and_the_way_out(refusal: Refusal, what: str, way_out: str) -> None:
    assert words(refusal, LATER) == (what, way_out)
    message = refusal_message(refusal, LATER)
    assert message.text == what
    assert said(message.blocks).splitlines() == [what, way_out]
    assert problems(message) == []


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_and_none_lets_what_was_typed_act(reason: Reason) -> None:
    refusal = Refusal(reason, HOSTILE * 30, (HOSTILE,) * 30, (HOSTILE,) * 3, HOSTILE * 400, target=TARGET)
    message = refusal_message(refusal, NOW)
    assert "<!channel>" not in message.text + said(message.blocks)
    assert "<@U1>" not in message.text + said(message.blocks)
    assert problems(message) == []


def test_a_busy_place_names_what_runs_even_with_a_hostile_ref() -> None:
    busy = Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy(a_plan(ref=HOSTILE)))
    assert "<!channel>" not in words(busy, NOW)[0]


def test_a_long_name_is_cut_and_a_backtick_does_not_end_the_code() -> None:
    what, _ = words(Refusal(Reason.UNKNOWN_REF, "`" + "x" * 500), NOW)
    assert what == f"No branch, tag or commit is called `'{'x' * 79}…`."


@pytest.mark.parametrize(
    ("known", "listed"),
    [((), "Services: none yet"), (tuple(names(25)), f"Services: {', '.join(names(20))} and 5 more")],
)
def test_what_exists_is_listed_as_far_as_a_person_reads(known: tuple[str, ...], listed: str) -> None:
    assert words(Refusal(Reason.UNKNOWN_SERVICE, "x", known), NOW)[1] == listed
