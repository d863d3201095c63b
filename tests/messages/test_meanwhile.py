"""What a plan says of whatever is at work there while it is looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.meanwhile import meanwhile_words
from bot.messages.preview import preview_message
from bot.model import DeployKind
from bot.preview import Preview
from bot.records import Act, Approval
from bot.refusals import Reason, Refusal
from bot.scales import Scaling
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, problems, release, said

LATER = NOW + timedelta(minutes=3)
SINCE = "since <!date^1795176000^{time_secs}|12:00:00 UTC> (3 min ago)"
HOLDS = "The plan is of the hosts as they are now, and may differ once that has ended"
IN_LINE = "plan again then, or type the deploy with `--wait` to stand in line."
BUSY = Refusal(Reason.BUSY, target=TARGET, deploy=a_deploy())
ASKED = Approval(41, 3, release().sha, NOW, NOW + timedelta(minutes=30), 1)


@pytest.mark.parametrize(
    ("refusal", "kind", "told"),
    [
        (
            BUSY,
            DeployKind.DEPLOY,
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}. {HOLDS}: {IN_LINE}",
        ),
        (
            BUSY,
            DeployKind.ROLLBACK,
            f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}. {HOLDS}: plan again then.",
        ),
        (
            replace(BUSY, approval=ASKED),
            DeployKind.DEPLOY,
            (
                f"Deploy 41 of 1.4.2 by <@U0ANA> is running there {SINCE}: it waits for approval,"
                f" until <!date^1795177800^{{time}}|12:30 UTC>. {HOLDS}: {IN_LINE}"
            ),
        ),
        (
            replace(BUSY, deploy=None, act=Act(7, TARGET, ("web1",), 1, "U0CID", NOW)),
            DeployKind.ROLLBACK,
            f"A restart of web1 by <@U0CID> is running there {SINCE}. {HOLDS}: plan again then.",
        ),
        (
            replace(BUSY, deploy=None, scale=Scaling(TARGET, 4, 3, "U0BEN", NOW, ("web4",))),
            DeployKind.DEPLOY,
            f"shop · production 4 → 3 hosts by <@U0BEN> is on its way {SINCE}. {HOLDS}: {IN_LINE}",
        ),
        (
            Refusal(Reason.UNSETTLED, "staging", ("1.4.1",), target=TARGET, deploy=a_deploy()),
            DeployKind.DEPLOY,
            (
                "`staging`, where its releases come from, is not settled: deploy 41 to 1.4.2 by <@U0ANA> is running"
                " there. The plan is of what stands there now. Wait for its end, or name the release that is meant:"
                " `/deploy shop@1.4.1 to production`."
            ),
        ),
    ],
)
def test_it_says_what_runs_who_began_it_and_how_far_the_plan_holds(
    refusal: Refusal, kind: DeployKind, told: str
) -> None:
    assert meanwhile_words(refusal, kind, LATER) == f":hourglass_flowing_sand: {told}"


def test_it_stands_first_of_what_is_in_the_way_and_the_plan_below() -> None:
    message = preview_message(Preview(a_plan(4), (), (), busy=(BUSY,)), LATER)
    told = said(message.blocks)
    assert "*In the way now*\n:hourglass_flowing_sand: Deploy 41 of 1.4.2 by" in told
    assert told.index("In the way now") < told.index("1. Preflight")
    assert message.text == "Plan · shop 1.4.2 → production · nothing has moved"


def test_names_that_people_wrote_cannot_speak() -> None:
    hostile = replace(BUSY, deploy=a_deploy(a_plan(1, ref=HOSTILE)))
    message = preview_message(Preview(a_plan(4), (), (), busy=(hostile,)), LATER)
    assert "<!channel>" not in said(message.blocks)
    assert problems(message) == []
