from datetime import timedelta

import pytest

from bot.errands import Errands
from bot.halt import Halt
from bot.holds import Lock, Scope
from bot.messages.errands import MOST, errand_blocks
from bot.model import Incident
from bot.queue import Waiter
from bot.records import Approval
from bot.watch import Alert
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, said, view_faults
from tests.messages.test_alert import SIGHTING

LATER = NOW + timedelta(hours=2)
DEPLOY = a_deploy(a_plan(ref="1.4.2"))
APPROVAL = Approval(41, 3, "a" * 40, NOW, LATER)
HALT = Halt(41, 1, 2, "U0BEN", NOW, LATER)
OUTAGE = Alert(Incident(7, "shop/production/http", TARGET, NOW, "answered 503", "web2"), SIGHTING, "#alerts")
LOCK = Lock(Scope("production", "shop"), "U0ANA", "load test", NOW, LATER)
WAITER = Waiter(TARGET, "shop@1.4.2 to production", "U0ANA", NOW, LATER, 7)
AT = "<!date^1795183200^{time}|14:00 UTC>"
ON = "<!date^1795183200^{date_short_pretty} {time}|2026-11-20 14:00 UTC>"
BEGAN = "<!date^1795176000^{date_short_pretty} {time}|2026-11-20 12:00 UTC>"

FOREVER = "until you unlock it"


def lines(errands: Errands) -> list[str]:
    """What is said of each, below the heading."""
    heading, *rest = said(errand_blocks(errands, "#deploys", NOW + timedelta(minutes=6))).splitlines()
    assert heading == "*Waits for you*"
    return [line for line in rest if line != "Details"]


@pytest.mark.parametrize(
    ("errands", "line"),
    [
        (
            Errands(approvals=((DEPLOY, APPROVAL),)),
            "*Deploy 41 · shop 1.4.2 → production* · asked by <@U0ANA>: promote or abort it in #deploys, until " + AT,
        ),
        (
            Errands(halts=((DEPLOY, HALT),)),
            "*Deploy 41 · shop 1.4.2 → production* · aborted by <@U0BEN>: say in #deploys what follows, until " + AT,
        ),
        (
            Errands(outages=(OUTAGE,)),
            f"*DOWN* · shop · production · web2 · since {BEGAN} (6 min ago) · you take care of it: `/status shop`",
        ),
        (Errands(waiters=(WAITER,)), f"*shop@1.4.2 to production* stands in line, until {ON} at most"),
        (
            Errands(locks=(LOCK,)),
            f"*shop in production* · locked by you, until {ON}: load test · `/deploy unlock shop in production`",
        ),
        (
            Errands(locks=(Lock(Scope("production"), "U0ANA", "stock", NOW),)),
            f"*every service in production* · locked by you, {FOREVER}: stock · `/deploy unlock all in production`",
        ),
    ],
)
def test_each_says_what_it_is_and_what_to_do(errands: Errands, line: str) -> None:
    assert lines(errands) == [line]


def test_questions_come_first_and_one_can_look_closely_at_their_deploys() -> None:
    every = Errands(((DEPLOY, APPROVAL),), ((DEPLOY, HALT),), (OUTAGE,), (LOCK,), (WAITER,))
    firsts = ["*Deploy 41", "*Deploy 41", "*DOWN*", "*shop@1.4.2", "*shop in"]
    assert [line.startswith(first) for line, first in zip(lines(every), firsts, strict=True)] == [True] * 5
    buttons = [block["accessory"]["value"] for block in errand_blocks(every, "#deploys", NOW) if block.get("accessory")]
    assert buttons == ["41", "41"]


def test_with_nothing_to_do_that_is_said() -> None:
    assert said(errand_blocks(Errands(), "#deploys", NOW)) == "Nothing waits for you."


def test_many_stay_few_and_hostile_words_stay_words() -> None:
    lock = Lock(Scope("production", "shop"), "U0ANA", HOSTILE * 90, NOW, LATER)
    blocks = errand_blocks(Errands(locks=(lock,) * 30), "#deploys", NOW)
    assert len(blocks) == MOST + 2
    assert said(blocks[-1:]) == "and 20 things more"
    assert "<!channel>" not in said(blocks)
    assert view_faults({"type": "home", "blocks": blocks}) == []
