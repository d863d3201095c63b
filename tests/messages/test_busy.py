from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.halt import Halt
from bot.messages.busy import busy_words
from bot.model import DeployKind
from bot.records import Act, Approval
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, release, seconds

DEPLOY = a_deploy()
LATER = NOW + timedelta(minutes=3)
SINCE = "since <!date^1795176000^{time_secs}|12:00:00 UTC> (3 min ago)"
UNTIL = "<!date^1795177800^{time}|12:30 UTC>"
STANDS = "A deploy with `--wait` stands in line for it."
SHA = release().sha
QUESTION = Approval(41, 3, SHA, NOW, NOW + timedelta(minutes=30), 1)
HALT = Halt(41, 1, 2, "U0BEN", NOW, NOW + timedelta(minutes=30))
ACT = Act(7, TARGET, ("web1",), 1, "U0CID", NOW)


def busy(**facts: object) -> Refusal:
    return replace(Refusal(Reason.BUSY, target=TARGET), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (
            busy(deploy=DEPLOY),
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}.",
            (
                f"Wait for it to end: `/deploy status shop`. {STANDS}"
                " To end it now and choose what follows: `/deploy abort 41`."
            ),
        ),
        (
            busy(deploy=a_deploy(a_plan(4, DeployKind.ROLLBACK, "1.4.1"))),
            f"Rollback 41 of 1.4.1 by <@U0ANA> is running there {SINCE}.",
            f"Wait for it to end: `/deploy status shop`. {STANDS}",
        ),
        (
            busy(deploy=DEPLOY, approval=QUESTION),
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}: it waits for approval, until {UNTIL}.",
            f"Promote or abort it in its message. {STANDS}",
        ),
        (
            busy(deploy=replace(DEPLOY, aborted_by="U0BEN")),
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}, and is being aborted by <@U0BEN>.",
            f"It ends within minutes. {STANDS}",
        ),
        (
            busy(deploy=replace(DEPLOY, aborted_by="U0BEN"), halt=HALT, approval=QUESTION),
            (
                f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}: it was aborted by <@U0BEN>, and waits until"
                f" {UNTIL} for people to say what follows."
            ),
            f"Choose in its message. {STANDS}",
        ),
        (
            busy(act=ACT),
            f"A restart of web1 by <@U0CID> is running there {SINCE}.",
            f"Wait for it to end: `/deploy status shop`. {STANDS}",
        ),
        (busy(), "Something else is running there.", "`/status` shows how everything stands now."),
    ],
)
def test_who_is_at_work_what_that_waits_for_and_the_way_out(refusal: Refusal, what: str, way_out: str) -> None:
    assert busy_words(refusal, LATER) == (what, way_out)


@pytest.mark.parametrize("now", [NOW, NOW + seconds(30), LATER])
def test_what_a_release_is_called_never_acts(now: datetime) -> None:
    what, _ = busy_words(busy(deploy=a_deploy(a_plan(1, ref=HOSTILE))), now)
    assert "<!channel>" not in what
