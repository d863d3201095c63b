from dataclasses import replace
from datetime import timedelta

import pytest

from bot.holds import Frozen, Lock, Scope
from bot.messages.queue import (
    ended_message,
    ended_reply,
    left_message,
    newer_words,
    over_words,
    place_message,
    waiting_message,
)
from bot.model import DeployKind
from bot.queue import Left, Place, Waiter
from bot.records import Act
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, problems, said

BENS = Waiter(TARGET, "shop@1.4.2 to production", "U0BEN", NOW, NOW + timedelta(hours=2), 7)
DEPLOY = Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy())
LOCK = Lock(Scope("production", "shop"), "U0ANA", "load test", NOW)
FROZEN = Frozen("production", NOW, None, by="U0LEA", reason="stocktaking")
UNTIL = "<!date^1795183200^{date_short_pretty} {time}|2026-11-20 14:00 UTC>"


def gone(how: Left, by: str = "", deploy: int | None = None) -> Waiter:
    return replace(BENS, how=how, ended_at=NOW + timedelta(minutes=3), ended_by=by, deploy=deploy)


@pytest.mark.parametrize(
    ("behind", "words"),
    [
        (DEPLOY, ", behind deploy 41 by <@U0ANA>"),
        (replace(DEPLOY, deploy=a_deploy(a_plan(kind=DeployKind.ROLLBACK))), ", behind rollback 41 by <@U0ANA>"),
        (
            Refusal(Reason.BUSY, act=Act(3, TARGET, ("web1",), 9, "U0CEM", NOW)),
            ", behind a restart by <@U0CEM>",
        ),
        (Refusal(Reason.BUSY, target=TARGET), ""),  # what was there has just ended
        (Refusal(Reason.LOCKED, lock=LOCK), ", behind the lock of <@U0ANA> (load test)"),
        (
            Refusal(Reason.LOCKED, lock=replace(LOCK, holder="", reason="rolled back")),
            ", behind the lock (rolled back)",
        ),
        (Refusal(Reason.FROZEN, frozen=FROZEN), ", behind the freeze of production (stocktaking)"),
        (
            Refusal(Reason.FROZEN, frozen=replace(FROZEN, by="", reason="", window="22:00 - 06:00 UTC")),
            ", behind the freeze of production (22:00 - 06:00 UTC)",
        ),
        (Refusal(Reason.SOURCE, detail="timed out"), ", behind its repository, which cannot be read: timed out"),
        (
            Refusal(Reason.UNSURE_WHO, detail="no connection"),
            ", behind Slack, which does not say who may deploy there: no connection",
        ),
    ],
)
def test_the_message_says_what_waits_where_in_line_and_for_what(behind: Refusal, words: str) -> None:
    message = waiting_message(Place(BENS, 2, behind))
    wanted = f":hourglass_flowing_sand: shop@1.4.2 to production waits · 2nd in line{words} · asked by <@U0BEN>"
    assert message.text == wanted
    assert f"If it cannot begin until {UNTIL}, it leaves the line." in said(message.blocks)
    (leave,) = message.blocks[-1]["elements"]
    assert (leave["action_id"], leave["value"]) == ("queue.leave", "7")
    assert problems(message) == []


def test_who_asked_is_told_the_place_and_that_nothing_is_left_to_do() -> None:
    message = place_message(Place(BENS, 2, DEPLOY), "#deploys")
    assert message.text == "2nd in line for shop in production, behind deploy 41 by <@U0ANA>"
    assert "It begins by itself, and #deploys tells you." in said(message.blocks)
    assert "queue.leave" in str(message.blocks)
    assert problems(message) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st")],
)
def test_places_are_counted_as_people_count(number: int, words: str) -> None:
    assert f"· {words} in line" in waiting_message(Place(BENS, number, DEPLOY)).text


@pytest.mark.parametrize(
    ("waiter", "why", "line", "again"),
    [
        (gone(Left.BEGUN, "U0BEN", 42), "", "has begun as deploy 42, after 3 min in line", False),
        (gone(Left.TAKEN_OUT, "U0ANA"), "", "was taken out of the line by <@U0ANA>", False),
        (
            gone(Left.REPLACED, "U0CEM"),
            newer_words("shop@1.5.0 to production", "U0CEM"),
            "was replaced in line by a newer one, shop@1.5.0 to production, asked by <@U0CEM>: only the latest counts",
            False,
        ),
        (gone(Left.REFUSED), "You may not.", "fell out of the line at its turn: You may not.", True),
        (gone(Left.EXPIRED), "", "fell out of the line: it could not begin within 3 min", True),
    ],
)
def test_how_one_left_the_line_is_said_in_its_message_and_to_whoever_asked(
    waiter: Waiter, why: str, line: str, again: bool
) -> None:
    message, reply = ended_message(waiter, why), ended_reply(waiter, why)
    assert f"shop@1.4.2 to production {line}" in message.text
    assert message.text.endswith("asked by <@U0BEN>")
    assert "queue.leave" not in str(message.blocks)
    assert reply.text.startswith("<@U0BEN> ")
    assert line in reply.text
    assert ("`/deploy shop@1.4.2 to production --wait`" in said(reply.blocks)) is again
    assert ("queue.again" in str(reply.blocks)) is again
    assert problems(message) + problems(reply) == []


@pytest.mark.parametrize(
    ("waiter", "words"),
    [
        (gone(Left.BEGUN, deploy=42), "it has begun as deploy 42"),
        (gone(Left.TAKEN_OUT), "it was taken out of the line before"),
        (gone(Left.REPLACED), "a newer one has taken its place"),
        (gone(Left.REFUSED), "it fell out of the line: its message says why"),
        (gone(Left.EXPIRED), "it fell out of the line, since it could not begin in time"),
    ],
)
def test_a_late_click_is_told_how_it_left(waiter: Waiter, words: str) -> None:
    assert over_words(waiter) == words


def test_what_people_typed_is_shown_and_does_not_act() -> None:
    waiter = replace(gone(Left.REFUSED), command=HOSTILE)
    behind = Refusal(Reason.LOCKED, lock=replace(LOCK, reason=HOSTILE))
    place = Place(waiter, 1, behind)
    words = newer_words(HOSTILE, "U0CEM")
    shown = (waiting_message(place), place_message(place, "#deploys"), left_message(waiter), ended_reply(waiter, words))
    for message in shown:
        assert "<!channel>" not in message.text + said(message.blocks)
        assert problems(message) == []
    again = said(ended_reply(replace(waiter, command='shop to qa --force "the `db`"'), words).blocks)
    assert "or type `/deploy shop to qa --force \"the 'db'\" --wait`" in again
