from dataclasses import replace
from datetime import timedelta

import pytest

from bot.doubts import Doubt, DoubtKind
from bot.drafts import Draft, Fate
from bot.messages.doubts import doubt_words
from bot.messages.proposals import cancelled_message, click_words, proposal_message
from bot.messages.refusals import refusal_message
from bot.messages.words import date
from bot.model import DeployKind
from bot.preview import Preview
from bot.proposals import Change, Proposal
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, problems, release, said

SEAL = "f" * 64
DRAFT = Draft("shop@1.4.2 to production", TARGET, "U0ANA", "{}", SEAL, (), NOW, NOW + timedelta(minutes=10), id=3)
CONFIRM = Doubt(DoubtKind.CONFIRM)
PREVIEW = Preview(a_plan(4), (), ())
ASKED = Proposal(DRAFT, PREVIEW, (CONFIRM,))
BACK = a_plan(4, DeployKind.ROLLBACK, "1.4.1", None)


def labels(proposal: Proposal) -> list[tuple[str, str, str]]:
    (row,) = [block for block in proposal_message(proposal).blocks if block["type"] == "actions"]
    return [(one["text"]["text"], one["action_id"], one["value"]) for one in row["elements"]]


def test_it_says_that_nothing_has_moved_and_why_it_asks() -> None:
    message = proposal_message(ASKED)
    assert message.text == "Deploy shop 1.4.2 → production? Nothing has moved yet."
    told = said(message.blocks)
    assert "production wants a confirming click before anything moves." in told
    assert "*Way back*  1.4.1" in told, "the whole plan is shown"
    assert "which counts until <!date^" in told
    assert problems(message) == []


def test_its_buttons_name_the_act_and_are_bound_to_the_plan() -> None:
    assert labels(ASKED) == [
        ("Deploy 1.4.2 to production", "proposal.confirm", f"3:{SEAL}"),
        ("Cancel", "proposal.cancel", f"3:{SEAL}"),
    ]
    assert labels(replace(ASKED, preview=replace(PREVIEW, plan=BACK)))[0][0] == "Roll back to 1.4.1"


def test_a_rollback_is_asked_for_as_one() -> None:
    message = proposal_message(replace(ASKED, preview=replace(PREVIEW, plan=BACK, standing=release())))
    assert message.text == "Roll back shop 1.4.1 → production? Nothing has moved yet."
    assert "*Returns*  1.4.1" in said(message.blocks)


def test_what_has_changed_stands_first() -> None:
    message = proposal_message(
        replace(ASKED, changed=(Change("release", "abc1234", "def5678"), Change("hosts", "a", "b")))
    )
    assert "*Changed since you were asked:*\n• release: abc1234 → def5678\n• hosts: a → b" in said(message.blocks[:2])


@pytest.mark.parametrize(
    ("doubt", "kind", "words"),
    [
        (CONFIRM, DeployKind.DEPLOY, "production wants a confirming click before anything moves."),
        (Doubt(DoubtKind.INCIDENT, "7"), DeployKind.DEPLOY, ":warning: shop is DOWN in production; deploy anyway?"),
        (
            Doubt(DoubtKind.INCIDENT, "7", "answered 503", NOW),
            DeployKind.DEPLOY,
            ":warning: shop is DOWN in production since " + date(NOW, "{time}") + " (answered 503); deploy anyway?",
        ),
        (
            Doubt(DoubtKind.IRREVERSIBLE, "1.4.2, 2.0"),
            DeployKind.DEPLOY,
            ":warning: This crosses 1.4.2, 2.0, declared irreversible: if it fails, nothing goes back by itself.",
        ),
        (
            Doubt(DoubtKind.IRREVERSIBLE, "1.4.2"),
            DeployKind.ROLLBACK,
            ":warning: This goes back behind 1.4.2, declared irreversible: what it did to data stays.",
        ),
        (
            Doubt(DoubtKind.BLIND, "2", "all fail at once", NOW),
            DeployKind.ROLLBACK,
            ":warning: I cannot see since " + date(NOW, "{time}") + " (all fail at once): whether shop is well is not"
            " known, and its health checks may fail for that alone.",
        ),
    ],
)
def test_every_doubt_says_what_is_at_stake(doubt: Doubt, kind: DeployKind, words: str) -> None:
    assert doubt_words(doubt, a_plan(kind=kind)) == words


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (
            Refusal(Reason.USED, "3", deploy=a_deploy(), proposal=replace(DRAFT, fate=Fate.CONFIRMED)),
            "Deploy 41 · shop 1.4.2 → production was begun by that button already.",
            "Its message says how it goes.",
        ),
        (
            Refusal(Reason.USED, "3", proposal=replace(DRAFT, fate=Fate.CANCELLED)),
            "<@U0ANA> cancelled it; nothing was begun.",
            "Type it again: `/deploy shop@1.4.2 to production`",
        ),
        (
            Refusal(Reason.USED, "3", proposal=replace(DRAFT, fate=Fate.REPLACED)),
            "That plan has changed since: a newer one was shown in its place.",
            "Type it again: `/deploy shop@1.4.2 to production`",
        ),
        (
            Refusal(Reason.STALE, "3", proposal=DRAFT),
            "Too late: what was shown is not sure to be so any more. Nothing was begun.",
            "Type it again: `/deploy shop@1.4.2 to production`",
        ),
        (
            Refusal(Reason.NOT_YOURS, "3", proposal=DRAFT),
            "Only who asked for it can begin it.",
            "Type it again: `/deploy shop@1.4.2 to production`",
        ),
        (
            Refusal(Reason.UNKNOWN_PROPOSAL, "3"),
            "What that button belonged to is no longer known.",
            "Type the command again.",
        ),
        (
            Refusal(Reason.REF_GONE, "1.4.2", near=("1.4.1",), detail="a" * 40, target=TARGET, proposal=DRAFT),
            "`1.4.2` was there when the plan was shown, and is gone now. Did you mean `1.4.1`? Nothing was begun.",
            f"If that very commit is meant: `/deploy shop@{'a' * 40} to production`",
        ),
        (Refusal(Reason.BUSY), None, None),
    ],
)
def test_a_click_that_does_not_count_gets_the_truth(refusal: Refusal, what: str | None, way_out: str | None) -> None:
    assert click_words(refusal) == (None if what is None else (what, way_out))


def test_what_others_wrote_never_acts() -> None:
    draft = replace(DRAFT, command=HOSTILE)
    preview = replace(PREVIEW, plan=replace(a_plan(4, ref=HOSTILE), irreversible=(HOSTILE,)))
    doubts = tuple(Doubt(kind, HOSTILE, HOSTILE, NOW) for kind in DoubtKind)
    changed = (Change("hosts", HOSTILE, HOSTILE),)
    gone = Refusal(Reason.REF_GONE, HOSTILE, near=(HOSTILE,), detail="a" * 40, target=TARGET, proposal=draft)
    messages = [
        proposal_message(Proposal(draft, preview, doubts, changed)),
        cancelled_message(draft),
        refusal_message(gone, NOW),
    ]
    for message in messages:
        assert problems(message) == []
        assert "<!channel>" not in message.text + said([one for one in message.blocks if one["type"] != "actions"])
