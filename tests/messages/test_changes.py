import pytest

from bot.messages.changes import act_words, deploy_words, fleet_words, hold_words
from bot.model import DeployKind, DeployState
from bot.records import Act
from bot.trail import THE_BOT
from bot.watch import FleetPart
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan

ACT = Act(3, TARGET, ("web1", "web2"), 7, "U0CID", NOW, ok=True)


@pytest.mark.parametrize(
    ("state", "over", "words"),
    [
        (DeployState.SUCCEEDED, True, "deploy 41 (1.4.1 → 1.4.2) by <@U0ANA> ended"),
        (DeployState.SUCCEEDED, False, "deploy 41 (1.4.1 → 1.4.2) by <@U0ANA>, which was running then, began"),
        (DeployState.RUNNING, False, "deploy 41 (1.4.1 → 1.4.2) by <@U0ANA>, which was running then, began"),
        (DeployState.FAILED, True, "deploy 41 (1.4.1 → 1.4.2) by <@U0ANA>, which failed, ended"),
        (
            DeployState.ROLLED_BACK,
            True,
            "deploy 41 (1.4.1 → 1.4.2) by <@U0ANA>, which failed and was rolled back, ended",
        ),
    ],
)
def test_a_deploy_is_told_by_its_end_if_that_had_come(state: DeployState, over: bool, words: str) -> None:
    assert deploy_words(a_deploy(state=state), over) == words


def test_a_rollback_is_called_one_and_names_of_people_are_never_markup() -> None:
    plan = a_plan(kind=DeployKind.ROLLBACK, ref=HOSTILE, fallback=None)
    words = deploy_words(a_deploy(plan, DeployState.SUCCEEDED, requester=THE_BOT), True)
    assert words.startswith("rollback 41 (&lt;!channel&gt; &amp;")
    assert words.endswith("by Pointsman ended")


def test_a_named_step_is_named() -> None:
    act = Act(3, TARGET, ("web1",), 7, "U0CID", NOW, ok=True, step="flush-cache")
    assert act_words(act, True) == "flush-cache on web1 by <@U0CID> ended"


@pytest.mark.parametrize(
    ("ok", "over", "words"),
    [
        (True, True, "a restart of web1, web2 by <@U0CID> ended"),
        (False, True, "a restart of web1, web2 by <@U0CID>, which failed, ended"),
        (True, False, "a restart of web1, web2 by <@U0CID>, which was running then, began"),
    ],
)
def test_an_act_is_told_by_its_end_if_that_had_come(ok: bool, over: bool, words: str) -> None:
    act = Act(ACT.id, ACT.target, ACT.hosts, ACT.incident, ACT.requester, ACT.created_at, ok=ok)
    assert act_words(act, over) == words


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([FleetPart("shop", "production", ("hosts", "checks"))], "the fleet file (hosts, checks of shop) was loaded"),
        (
            [FleetPart("shop", "", ("repo",)), FleetPart("shop", "production", ("hosts",))],
            "the fleet file (repo, hosts of shop) was loaded",
        ),
        ([FleetPart("shop", "production")], "the fleet file (shop is new there) was loaded"),
        ([FleetPart()], "the fleet file (of what, cannot be told) was loaded"),
    ],
)
def test_the_fleet_file_says_what_of_it_and_names_nobody(parts: list[FleetPart], words: str) -> None:
    assert fleet_words(parts) == words


def test_a_hold_says_whose_and_why() -> None:
    assert hold_words("lock", "U0BEN", "a <b>") == "a lock by <@U0BEN> (a &lt;b&gt;) began"
