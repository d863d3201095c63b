"""The message of a change of hosts, the question before it, holds, the outlook and what the orchestrator says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.capacity import Fitness, Machine, Standing
from bot.messages.orchestrator import deciding_again, lopsided_message, standing_still
from bot.messages.scale_form import scale_form
from bot.messages.scale_refusals import scale_words, used_words
from bot.messages.scaling import (
    asking_message,
    began_message,
    cancelled_message,
    given_back_message,
    grip_message,
    held_message,
    outlook_message,
    read_place,
    scale_message,
)
from bot.model import Content, Target
from bot.plan.scaling import decide
from bot.refusals import Reason, Refusal
from bot.sandbox.slack.limits.messages import blocks_problems
from bot.scales import Grip, Outlook, ScaleView, Scaling, Stand
from bot.scaling import Load
from bot.trail import THE_BOT
from tests.building import HOSTILE, NOW, TARGET, said
from tests.plan.scaled import NOW as NOON
from tests.plan.scaled import capacity, policy

HOUR = timedelta(hours=1)
ACT = Scaling(TARGET, 4, 6, "U0ANA", NOW, id=7, began_at=NOW)
DONE = replace(ACT, stand=Stand.DONE, reached=6, well=6, result="6 of 6 healthy after 74 s", finished_at=NOW)
SHORT = replace(ACT, stand=Stand.SHORT, reached=5, well=5, result="5 of 6 healthy after 74 s: no room")
BOTS = replace(DONE, requester=THE_BOT, seen="median CPU 90 %", limit="8 would be needed; 6 is the most", cost=0.1)
GRIP = Grip(TARGET, "U0BEN", NOW, NOW + HOUR, 3)


def words(message: Content) -> str:
    assert blocks_problems(list(message.blocks)) == []
    return said(message.blocks)


def buttons(message: Content) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


@pytest.mark.parametrize(
    ("view", "line", "holds", "pressed"),
    [
        (ScaleView(ACT), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "asking the cloud", []),
        (ScaleView(replace(ACT, well=5)), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "5 of 6 healthy", []),
        (ScaleView(DONE), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "healthy after 74 s",
         ["Undo: back to 4"]),
        (ScaleView(DONE, ruled=True), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "6 of 6",
         ["Undo: back to 4", "Hold 1 h"]),
        (ScaleView(DONE, last=False, ruled=True), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "6 of 6", []),
        (ScaleView(SHORT), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "no room", ["Undo: back to 4"]),
        (ScaleView(replace(SHORT, reached=4)), "shop · production 4 → 6 hosts · asked by <@U0ANA>", "no room", []),
        (ScaleView(BOTS, ruled=True), "shop · production 4 → 6 hosts · median CPU 90 %",
         "8 would be needed; 6 is the most", ["Undo: back to 4", "Hold 1 h"]),
        (ScaleView(BOTS), "shop · production 4 → 6 hosts · median CPU 90 %", "0.40 → 0.60 an hour",
         ["Undo: back to 4"]),
        (ScaleView(replace(DONE, undoes=6)), "shop · production 4 → 6 hosts · <@U0ANA> took the last change back",
         "6 of 6", ["Undo: back to 4"]),
        (ScaleView(replace(DONE, before=6, after=5, reached=5, leave=("i-1",))),
         "shop · production 6 → 5 hosts · asked by <@U0ANA>", "going: i-1", ["Undo: back to 6"]),
        (ScaleView(DONE, GRIP, ruled=True), "shop · production 4 → 6 hosts · asked by <@U0ANA>",
         "/scale shop in production auto", ["Undo: back to 4"]),
        (ScaleView(DONE, replace(GRIP, ended_at=NOW), ruled=True),
         "shop · production 4 → 6 hosts · asked by <@U0ANA>", "6 of 6", ["Undo: back to 4", "Hold 1 h"]),
    ],
)  # fmt: skip
def test_a_change_is_one_message_from_its_beginning_to_its_end(
    view: ScaleView, line: str, holds: str, pressed: list[str]
) -> None:
    message = scale_message(view)
    assert message.text == line
    assert holds in words(message)
    assert buttons(message) == pressed


def test_one_host_is_one_host() -> None:
    assert scale_message(ScaleView(replace(ACT, before=2, after=1))).text.startswith("shop · production 2 → 1 host ·")


def test_names_from_elsewhere_do_no_harm() -> None:
    hostile = replace(ACT, leave=(HOSTILE,), target=Target("a<b", "c&d"))
    assert "<!channel>" not in words(scale_message(ScaleView(hostile)))


def test_the_question_says_what_will_happen_and_until_when_it_counts() -> None:
    asked = asking_message(replace(ACT, cost=0.1), timedelta(minutes=10))
    assert asked.text == "shop · production: 4 → 6 hosts? Nothing has moved yet."
    assert "only while it has 4 hosts." in words(asked)
    assert buttons(asked) == ["Add 2 hosts", "Cancel"]
    fewer = asking_message(replace(ACT, after=3, leave=("i-4",)), timedelta(minutes=10))
    assert buttons(fewer) == ["Remove 1 host", "Cancel"]
    assert "going: i-4" in words(fewer)
    assert "only while it has 1 host." in words(asking_message(replace(ACT, before=1), timedelta(minutes=10)))


def test_while_the_bot_cannot_see_the_question_and_the_message_say_so() -> None:
    blind = replace(ACT, seen="I cannot see since 14:02 (20 of 20 fail)")
    asked = asking_message(blind, timedelta(minutes=10))
    told = ":warning: I cannot see since 14:02 (20 of 20 fail): whether shop · production is well is not known."
    assert told in words(asked)
    assert buttons(asked) == ["Add 2 hosts", "Cancel"]
    undone = scale_message(ScaleView(replace(blind, undoes=3)))
    assert "I cannot see since 14:02 (20 of 20 fail) · <@U0ANA> took the last change back" in undone.text


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (began_message(ACT, "#deploys"), "shop · production goes from 4 to 6 hosts; #deploys shows how."),
        (cancelled_message(ACT), "Cancelled: shop · production stays at 4 hosts."),
        (given_back_message(TARGET), "shop · production: the rules decide how many hosts it has."),
        (deciding_again(TARGET, timedelta(minutes=6)),
         ":white_check_mark: shop · production: the rules decide again, after 6 min."),
    ],
)  # fmt: skip
def test_answers_say_what_happened(message: Content, text: str) -> None:
    assert message.text == text
    assert words(message)


def test_a_hold_says_whose_it_is_and_how_it_ended() -> None:
    assert "held by <@U0BEN> until" in grip_message(GRIP).text
    assert buttons(grip_message(GRIP)) == ["Let the rules decide"]
    ended = replace(GRIP, ended_at=NOW + timedelta(minutes=20), ended_by="U0CID")
    assert "given back by <@U0CID>" in grip_message(ended).text
    assert "was held by <@U0BEN> for 20 min" in words(grip_message(ended))
    assert "its time is over" in grip_message(replace(ended, ended_by="")).text
    assert buttons(grip_message(ended)) == []
    assert "leave its number alone until" in held_message(GRIP).text


def test_a_button_leads_back_to_its_place() -> None:
    assert read_place("shop:production") == TARGET
    assert read_place("nonsense") == Target("nonsense", "")


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FOUR = Standing(4, tuple(Machine(f"i-{one}", Fitness.HEALTHY, LONG_AGO) for one in range(4)), ("no capacity in 1a",))


def test_an_outlook_says_what_would_be_done_and_what_stands_in_the_way() -> None:
    found = Outlook(TARGET, FOUR, 2, 10, draft=replace(BOTS, leave=()), seen="median CPU 90 %", cost=0.1)
    message = outlook_message(found)
    assert message.text == "shop · production: 4 hosts, 4 healthy · would go 4 → 6 hosts"
    for part in ("median CPU 90 %", "limits: 2 to 10", "0.40 → 0.60 an hour", "no capacity in 1a"):
        assert part in words(message)
    still = outlook_message(Outlook(TARGET, FOUR, 2, 10, limit="the number is held", grip=GRIP, running=ACT))
    assert still.text.endswith("stays so")
    for part in ("the number is held", "held by <@U0BEN>", "4 → 6 hosts is on its way"):
        assert part in words(still)


def test_standing_still_says_why_in_the_clouds_words() -> None:
    message = standing_still(TARGET, "ec2:DescribeInstances: <AccessDenied>", NOW)
    assert "the rules cannot decide since" in message.text
    assert "ec2:DescribeInstances: &lt;AccessDenied&gt;" in words(message)
    assert "Meanwhile a person can: `/scale shop in production NUMBER`." in words(message)


@pytest.mark.parametrize(("act", "told"), [(False, "`hot: {act: true}` would"), (True, "One host more is wanted")])
def test_a_busy_minority_is_named(act: bool, told: str) -> None:
    rules = policy(hot={"cpu": 90, "share": "25%", "act": act})
    facts = capacity(99, 99, 20, 20)
    loads = tuple(Load(f"i-{number}", LONG_AGO, cpu) for number, cpu in enumerate((99.0, 99.0, 20.0, None)))
    message = lopsided_message(TARGET, decide(facts, rules, NOON), rules, loads)
    assert "2 of 4 hosts above 90 %, which the rest hides" in message.text
    assert "Hot: i-0, i-1." in words(message)
    assert told in words(message)


# why not


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (Refusal(Reason.NOT_SCALED, detail="the fleet file sets no limits", target=TARGET), "sets no limits", "scale:"),
        (Refusal(Reason.NOT_RULED, target=TARGET), "No rules decide about shop · production", "target_cpu"),
        (Refusal(Reason.OUT_OF_LIMITS, "500", ("2", "10"), detail="4", target=TARGET),
         "`500` is not within what the fleet file allows shop · production: 2 to 10 hosts. There are 4.", "scale:"),
        (Refusal(Reason.OUT_OF_LIMITS, "2", ("1", "1"), detail="1", target=TARGET), "1 to 1 host. There is 1.",
         "scale:"),
        (Refusal(Reason.SO_MANY, "4", ("2", "10"), detail="4", target=TARGET), "has 4 hosts already", "hold"),
        (Refusal(Reason.NONE_MAY_GO, "2", detail="i-1 is protected in the cloud", target=TARGET), "i-1 is protected",
         "fewer"),
        (Refusal(Reason.OTHER_NUMBER, detail="5", target=TARGET), "Meanwhile shop · production has 5 hosts",
         "/scale shop NUMBER"),
        (Refusal(Reason.OTHER_NUMBER, target=TARGET), "Meanwhile shop · production has other hosts", "/scale"),
        (Refusal(Reason.MAY_NOT_SCALE, known=("@leads",), target=TARGET), "You may not change", "@leads"),
        (Refusal(Reason.HOLD_TOO_LONG, detail="7d", target=TARGET), "a hold lasts 7d at most", "less"),
        (Refusal(Reason.POOL_UNREAD, detail="ec2:DescribeInstances: no", target=TARGET), "ec2:DescribeInstances: no",
         "bot iam"),
        (Refusal(Reason.BUSY, target=TARGET, scale=replace(ACT, well=5)),
         "shop · production 4 → 6 hosts by <@U0ANA> is on its way since", "Wait"),
        (Refusal(Reason.BUSY, target=TARGET, scale=BOTS), "by Pointsman itself", "Wait"),
        (Refusal(Reason.NOT_YOURS, target=TARGET, scale=ACT), "Only who asked", "/scale shop in production 6"),
        (Refusal(Reason.STALE, target=TARGET, scale=ACT), "Too late", "/scale shop in production 6"),
    ],
)  # fmt: skip
def test_a_no_says_what_stands_in_the_way_and_the_way_out(refusal: Refusal, what: str, way_out: str) -> None:
    found = scale_words(refusal, NOW + timedelta(minutes=3))
    assert found is not None
    assert what in found[0]
    assert way_out in found[1]


def test_other_refusals_are_said_elsewhere() -> None:
    assert scale_words(Refusal(Reason.UNKNOWN_SERVICE, "x"), NOW) is None
    assert scale_words(Refusal(Reason.BUSY, target=TARGET), NOW) is None


@pytest.mark.parametrize(
    ("stand", "told"), [(Stand.CANCELLED, "<@U0ANA> cancelled it"), (Stand.DONE, "was begun by that button already")]
)
def test_a_used_question_says_what_became_of_it(stand: Stand, told: str) -> None:
    assert told in used_words(replace(ACT, stand=stand))


def test_the_form_offers_what_can_be_scaled_and_no_more_than_a_menu_holds() -> None:
    places = [Target(f"shop{number}", "production") for number in range(120)]
    options = scale_form(places, "C1")["blocks"][0]["element"]["options"]
    assert len(options) == 100
    assert scale_form(places[:1], "C1")["blocks"][0]["element"]["initial_option"]["value"] == "shop0 in production"
