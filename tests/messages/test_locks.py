from dataclasses import replace
from datetime import timedelta

import pytest

from bot.holds import Freeze, Frozen, How, Lock, Scope, Wish
from bot.messages.freezes import freeze_message, froze_message, frozen_words, thawed_message
from bot.messages.locks import (
    WHY_FORM,
    asked_message,
    asking_message,
    lock_message,
    lock_words,
    locked_message,
    locks_message,
    read_take,
    released_message,
    take_button,
    taken_message,
    unlock_button,
    why_form,
)
from bot.model import Content
from tests.building import HOSTILE, NOW, problems, said, view_faults

HOUR = timedelta(hours=1)
SCOPE = Scope("production", "shop")
ANAS = Lock(SCOPE, "U0ANA", "load test", NOW, NOW + HOUR, id=5)
BOTS = Lock(SCOPE, "", "deploy 41 of 1.5.0 was rolled back", NOW, deploy=41, id=6)
END = "<!date^1795179600^{date_short_pretty} {time}|2026-11-20 13:00 UTC>"
LEAS = Freeze("production", "U0LEA", "stocktaking", NOW, NOW + HOUR, 7)
WINDOW = Frozen("production", NOW - HOUR, NOW + HOUR, window="Fri 16:00 - Mon 08:00 Europe/Madrid")


@pytest.mark.parametrize(
    ("lock", "line"),
    [
        (ANAS, f":lock: shop in production · locked by <@U0ANA>, until {END}: load test"),
        (
            replace(ANAS, ref="topic/x"),
            f":lock: shop@topic/x in production · locked by <@U0ANA>, until {END}: load test",
        ),
        (
            replace(ANAS, scope=Scope("production"), until=None),
            ":lock: every service in production · locked by <@U0ANA>, until somebody unlocks it: load test",
        ),
        (
            replace(ANAS, how=How.UNLOCKED, ended_at=NOW + HOUR, ended_by="U0BEN"),
            ":unlock: shop in production · unlocked by <@U0BEN> · was locked by <@U0ANA> for 1 h: load test",
        ),
        (
            replace(ANAS, how=How.TAKEN, ended_at=NOW + HOUR, ended_by="U0BEN"),
            ":unlock: shop in production · taken over by <@U0BEN> · was locked by <@U0ANA> for 1 h: load test",
        ),
        (
            replace(ANAS, how=How.LAPSED, ended_at=NOW + HOUR),
            (":unlock: shop in production · its time is over · was locked by <@U0ANA> for 1 h: load test"),
        ),
    ],
)
def test_a_lock_has_one_message_that_says_it_all(lock: Lock, line: str) -> None:
    message = lock_message(lock)
    assert message.text == line
    assert ("lock.unlock" in str(message.blocks)) is (lock.how is None)
    assert problems(message) == []


@pytest.mark.parametrize(
    ("freeze", "line"),
    [
        (LEAS, f":snowflake: production is frozen by <@U0LEA>, until {END}: stocktaking"),
        (
            replace(LEAS, until=None),
            ":snowflake: production is frozen by <@U0LEA>, until somebody unfreezes it: stocktaking",
        ),
        (
            replace(LEAS, ended_at=NOW + HOUR, ended_by="U0BEN"),
            ":sunny: production · unfrozen by <@U0BEN> · was frozen by <@U0LEA> for 1 h: stocktaking",
        ),
        (
            replace(LEAS, ended_at=NOW + HOUR),
            ":sunny: production · no longer frozen, its time is over · was frozen by <@U0LEA> for 1 h: stocktaking",
        ),
    ],
)
def test_a_freeze_has_one_message_that_says_it_all(freeze: Freeze, line: str) -> None:
    assert freeze_message(freeze).text == line
    assert problems(freeze_message(freeze)) == []


@pytest.mark.parametrize(
    ("frozen", "words"),
    [
        (
            WINDOW,
            (
                f":snowflake: production · frozen 60 min ago, until {END}, by the fleet file:"
                " Fri 16:00 - Mon 08:00 Europe/Madrid"
            ),
        ),
        (
            Frozen("production", NOW, None, by="U0LEA", reason="a > b"),
            ":snowflake: production · frozen just now, with no end in sight, by <@U0LEA>: a &gt; b",
        ),
    ],
)
def test_how_an_environment_is_frozen(frozen: Frozen, words: str) -> None:
    assert frozen_words(frozen, NOW) == words


@pytest.mark.parametrize(
    ("lease", "reason", "ref"),
    [
        (HOUR, "customers wait", ""),
        (None, "a: b:c", "topic/x"),
        (timedelta(days=7), "“quoted” 50 %", "1.4.2"),
        (None, "", ""),
    ],
)
def test_a_take_over_button_carries_what_was_typed(lease: timedelta | None, reason: str, ref: str) -> None:
    button = take_button(ANAS, Wish(SCOPE, "U0BEN", reason, lease, ref))
    assert read_take(button["value"]) == ("5", lease, ref, reason)


@pytest.mark.parametrize("value", ["", "5", "5:x", "5:²::x", "5:99999999999999999999::x"])
def test_a_forged_value_is_read_without_a_lease(value: str) -> None:
    assert read_take(value)[1] is None


@pytest.mark.parametrize(
    ("locks", "freezes", "lines"),
    [
        ([], [], ["Nothing is locked, nothing is frozen."]),
        ([ANAS], [], ["1 lock, 0 frozen environments", "locked by <@U0ANA> just now"]),
        ([BOTS], [WINDOW], ["1 lock, 1 frozen environment", "by the fleet file", "locked by Pointsman"]),
        ([ANAS] * 30, [], ["30 locks", "and 10 more locks"]),
    ],
)
def test_the_list_says_who_why_and_until_when(locks: list[Lock], freezes: list[Frozen], lines: list[str]) -> None:
    message = locks_message(locks, freezes, NOW)
    told = said(message.blocks)
    assert all(line in told for line in lines)
    assert problems(message) == []


def test_what_people_typed_is_shown_and_does_not_act() -> None:
    lock, freeze = replace(ANAS, reason=HOSTILE, ref=HOSTILE), replace(LEAS, reason=HOSTILE)
    frozen = Frozen("production", NOW, None, by="U0LEA", reason=HOSTILE)
    for message in (lock_message(lock), freeze_message(freeze), locks_message([lock], [frozen], NOW)):
        assert "<!channel>" not in message.text + said(message.blocks)
        assert problems(message) == []
    assert "<!channel>" not in str(unlock_button(lock))


@pytest.mark.parametrize(("ended", "left", "offered"), [(ANAS, BOTS, True), (BOTS, ANAS, False)])
def test_who_unlocks_is_told_of_the_other_lock_and_may_end_the_bots(ended: Lock, left: Lock, offered: bool) -> None:
    message = released_message(ended, left, NOW + timedelta(minutes=3))
    assert message.text == "That lock of shop in production is ended; another one still holds deploys back."
    assert lock_words(left, NOW + timedelta(minutes=3)) in said(message.blocks)
    assert ("lock.unlock" in str(message.blocks)) is offered
    assert problems(message) == []


@pytest.mark.parametrize("why", ["load test", HOSTILE])
def test_a_form_asks_why_it_is_taken_over_and_says_from_whom(why: str) -> None:
    view = why_form(replace(ANAS, reason=why), "C00DEPLOYS0", NOW + timedelta(minutes=3))
    assert (view["callback_id"], view["private_metadata"]) == (WHY_FORM, "C00DEPLOYS0 5")
    shown = said(view["blocks"])
    assert "shop in production · locked by <@U0ANA> 3 min ago" in shown
    assert "loses it, and is told by whom and why" in shown
    assert "<!channel>" not in shown
    assert view_faults(view) == []


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (locked_message(ANAS, "#deploys"), f"shop in production is locked by you, until {END}; #deploys is told."),
        (released_message(ANAS), "shop in production is unlocked: deploys may begin there again."),
        (asked_message(ANAS), "<@U0ANA> is asked, in the thread of the lock's message."),
        (
            asking_message(ANAS, "U0BEN"),
            "<@U0ANA>: <@U0BEN> would like to deploy to shop in production, which you hold locked.",
        ),
        (
            taken_message(replace(ANAS, holder="U0BEN", reason="customers <wait>"), ANAS),
            "<@U0ANA>: <@U0BEN> has taken over your lock of shop in production: customers &lt;wait&gt;",
        ),
        (froze_message(LEAS, "#deploys"), f"production is frozen until {END}; #deploys is told."),
        (thawed_message(LEAS), "production is no longer frozen by hand: deploys may begin there again."),
    ],
)
def test_who_acted_is_answered(message: Content, line: str) -> None:
    assert message.text == line
    assert problems(message) == []
