from dataclasses import replace

import pytest

from bot.messages.approval import votes
from bot.messages.limits import TASK_TEXT
from bot.messages.reason_form import LONGEST, REASON
from bot.messages.verdict import CALLBACK, verdict_form
from bot.model import StageState
from bot.records import Approval
from tests.building import HOSTILE, NOW, said, seconds, view_faults
from tests.messages.test_evidence import baking

QUESTION = Approval(41, 3, "a" * 40, NOW, NOW + seconds(3600), unclear=True)
WORDS = "inconclusive: 8 more minutes are needed · errors 0 % vs 0 % (n 12 vs 36)"


def test_the_form_shows_the_evidence_and_asks_for_a_reason() -> None:
    view = verdict_form(replace(baking(StageState.COMPLETE, WORDS), approval=QUESTION), "41:3:f00", "C00DEPLOYS0")
    assert (view["callback_id"], view["private_metadata"]) == (CALLBACK, "C00DEPLOYS0 41:3:f00")
    shown = said(view["blocks"])
    assert "*Deploy 41 · shop 1.4.2 → production*" in shown
    assert "it goes on to the other 3 hosts." in shown
    assert f"Watching 2 min: {WORDS}" in shown
    (asked,) = [block for block in view["blocks"] if block["type"] == "input"]
    assert (asked["block_id"], asked["element"]["max_length"]) == (REASON, LONGEST)
    assert not asked.get("optional")
    assert view_faults(view) == []


def test_it_fits_however_much_evidence_there_is() -> None:
    long = baking(StageState.COMPLETE, "x" * 5 * TASK_TEXT)
    assert view_faults(verdict_form(replace(long, approval=QUESTION), "41:3:" + "f" * 64, "C00DEPLOYS0")) == []


@pytest.mark.parametrize(
    ("voters", "reasons", "words"),
    [
        ((), (), ""),
        (("U0BEN",), ("",), "<@U0BEN>"),
        (("U0BEN", "U0LEA"), (), "<@U0BEN>, <@U0LEA>"),  # from before there were reasons
        (("U0BEN",), ("load test",), "<@U0BEN>: load test"),
        (("U0BEN", "U0LEA"), ("load test", "it was"), "<@U0BEN>: load test; <@U0LEA>: it was"),
        (("U0BEN",), ("<!channel> & co",), "<@U0BEN>: &lt;!channel&gt; &amp; co"),
    ],
)
def test_who_said_yes_and_why(voters: tuple[str, ...], reasons: tuple[str, ...], words: str) -> None:
    assert votes(replace(QUESTION, voters=voters, reasons=reasons)) == words


def test_a_reason_cannot_act_in_slack() -> None:
    assert "<!channel>" not in votes(replace(QUESTION, voters=("U0BEN",), reasons=(HOSTILE,)))
