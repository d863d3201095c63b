from dataclasses import replace
from datetime import timedelta

import pytest

from bot.holds import Frozen, How, Lock, Scope, Wish
from bot.messages.refusals import refusal_message, words
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, problems, said

SCOPE = Scope("production", "shop")
ANAS = Lock(SCOPE, "U0ANA", "load test", NOW, None, id=5)
BOTS = Lock(SCOPE, "", "deploy 41 of 1.5.0 was rolled back", NOW, deploy=41, id=6)
COLD = Frozen("production", NOW, None, by="U0LEA", reason="stocktaking")
WISH = Wish(SCOPE, "U0BEN", "customers wait")
NAME = "shop in production"
LATER = NOW + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("refusal", "what", "way_out", "buttons"),
    [
        (
            Refusal(Reason.LOCKED, NAME, target=TARGET, lock=ANAS),
            "locked by <@U0ANA> 3 min ago, until somebody unlocks it: load test.",
            'Ask <@U0ANA>, or take it over: `/deploy lock shop in production "reason"`.',
            ["lock.ask", "lock.take_why"],
        ),
        (
            Refusal(Reason.LOCKED, NAME, target=TARGET, lock=BOTS),
            "locked by Pointsman 3 min ago",
            "Look at deploy 41 first, then `/deploy unlock shop in production`. A rollback passes.",
            ["lock.unlock"],
        ),
        (
            Refusal(Reason.HELD, NAME, lock=ANAS, wish=WISH),
            "locked by <@U0ANA>",
            "Ask <@U0ANA>, or take it over: the reason you gave is kept.",
            ["lock.ask", "lock.take"],
        ),
        (
            Refusal(Reason.HELD, NAME, lock=replace(ANAS, scope=Scope("production"))),
            "every service in production",
            'Ask <@U0ANA>, or take it over: `/deploy lock all in production "reason"`.',
            ["lock.ask", "lock.take_why"],
        ),
        (
            Refusal(Reason.OTHER_REF, "main", target=TARGET, lock=replace(ANAS, ref="topic/x")),
            "shop@topic/x in production · locked by <@U0ANA> 3 min ago",
            'or lock it for the other: `/deploy lock shop@main in production "reason"`.',
            ["lock.unlock"],
        ),
        (
            Refusal(Reason.FROZEN, "production", target=TARGET, frozen=COLD),
            "production · frozen 3 min ago, with no end in sight, by <@U0LEA>: stocktaking.",
            '`--force "reason"`',
            [],
        ),
        (Refusal(Reason.NOT_LOCKED, NAME), "shop in production is not locked.", "`/deploy locks`", []),
        (
            Refusal(Reason.NOT_LOCKED, NAME, lock=replace(ANAS, how=How.UNLOCKED, ended_by="U0BEN", ended_at=NOW)),
            "is not locked any more: <@U0BEN> unlocked it.",
            "`/deploy locks`",
            [],
        ),
        (Refusal(Reason.NO_REASON, NAME), "no reason was given", "in quotes", []),
        (Refusal(Reason.LEASE_TOO_LONG, NAME, detail="7 days"), "stands for 7 days at most", "renew", []),
        (
            Refusal(Reason.FROZEN_ALREADY, "production", frozen=COLD),
            "by <@U0LEA>: stocktaking.",
            "`/deploy unfreeze production`",
            [],
        ),
        (Refusal(Reason.NOT_FROZEN, "production"), "production is not frozen.", "`/deploy locks`", []),
        (
            Refusal(Reason.IN_THE_FILE, "production", frozen=replace(COLD, by="", window="22:00 - 06:00 UTC")),
            "by the fleet file: 22:00 - 06:00 UTC. No command ends",
            "change `freezes`",
            [],
        ),
        (
            Refusal(Reason.UNCLEAR_TIME, "production", detail="On which clock? Name the time zone too"),
            "On which clock?",
            "`Mon 08:00 Europe/Madrid`",
            [],
        ),
        (
            Refusal(Reason.MAY_NOT_FORCE, target=TARGET, known=("@leads", "U024BE7LH")),
            "You may not pass freezes or CI checks of production.",
            "Those who may: @leads, <@U024BE7LH>. Ask one of them.",
            [],
        ),
        (
            Refusal(Reason.MAY_NOT_FORCE, target=TARGET, known=("@leads",), frozen=COLD),
            "by <@U0LEA>: stocktaking. Somebody else's freeze is not yours to end.",
            "Those who may: @leads.",
            [],
        ),
    ],
)
def test_it_says_who_why_until_when_and_the_way_out(
    refusal: Refusal, what: str, way_out: str, buttons: list[str]
) -> None:
    told = words(refusal, LATER)
    assert what in told[0]
    assert way_out in told[1]
    message = refusal_message(refusal, LATER)
    ids = [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", ())
        if "action_id" in element
    ]
    assert ids == buttons
    assert problems(message) == []


def test_what_was_typed_as_a_reason_does_not_act() -> None:
    refusal = Refusal(Reason.HELD, NAME, lock=replace(ANAS, reason=HOSTILE), wish=replace(WISH, reason=HOSTILE))
    message = refusal_message(refusal, LATER)
    assert "<!channel>" not in message.text + said(message.blocks)
    assert problems(message) == []
