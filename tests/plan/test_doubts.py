from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.doubts import Doubt, DoubtKind
from bot.drafts import Draft, Fate
from bot.model import DeployKind, Incident
from bot.plan.doubts import LASTS, asking, doubts, no_click, unseen
from bot.records import Plan
from bot.refusals import Reason
from bot.watch import Blindness
from tests.building import NOW, TARGET, a_plan

DEPLOY, BACK = a_plan(4), a_plan(4, DeployKind.ROLLBACK)
ACROSS = replace(DEPLOY, irreversible=("1.4.2", "2.0"))
DOWN = Incident(7, "shop/production/http", TARGET, NOW, "answered 503")
CONFIRM = Doubt(DoubtKind.CONFIRM)
INCIDENT = Doubt(DoubtKind.INCIDENT, "7", "answered 503", NOW)
BEHIND = Doubt(DoubtKind.IRREVERSIBLE, "1.4.2, 2.0")
DARK = Doubt(DoubtKind.BLIND, "2", "the network", NOW)
DRAFT = Draft("shop@1.4.2 to production", TARGET, "U0ANA", "{}", "f" * 64, ("confirm:",), NOW, NOW + LASTS, id=3)


@pytest.mark.parametrize(
    ("plan", "confirm", "incidents", "found"),
    [
        (DEPLOY, False, [], ()),
        (DEPLOY, True, [], (CONFIRM,)),
        (DEPLOY, False, [DOWN], (INCIDENT,)),
        (ACROSS, False, [], (BEHIND,)),
        (ACROSS, True, [DOWN], (CONFIRM, INCIDENT, BEHIND)),
        (BACK, True, [DOWN], (CONFIRM,)),  # a rollback is what an incident wants
        (replace(BACK, irreversible=("1.4.2", "2.0")), False, [DOWN], (BEHIND,)),
    ],
)
def test_what_a_click_is_wanted_for(
    plan: Plan, confirm: bool, incidents: list[Incident], found: tuple[Doubt, ...]
) -> None:
    assert doubts(plan, confirm, incidents) == found


@pytest.mark.parametrize(("plan", "incidents"), [(DEPLOY, []), (BACK, []), (BACK, [DOWN])])
def test_while_the_bot_cannot_see_a_click_is_wanted_whatever_it_is(plan: Plan, incidents: list[Incident]) -> None:
    assert doubts(plan, False, incidents, Blindness(2, NOW, "the network", "#alerts")) == (DARK,)


def test_another_blindness_is_another_doubt() -> None:
    shown = replace(DRAFT, doubts=(DARK.key,))
    assert not unseen(shown, [DARK])
    assert unseen(shown, [replace(DARK, what="3")])


@pytest.mark.parametrize(
    ("incident", "asked"),
    [(None, (CONFIRM, INCIDENT, BEHIND, DARK)), (7, (BEHIND, DARK))],
    ids=["a command", "an alert's button"],
)
def test_an_alerts_button_is_asked_only_for_what_it_did_not_say(incident: int | None, asked: tuple[Doubt, ...]) -> None:
    assert asking((CONFIRM, INCIDENT, BEHIND, DARK), incident) == asked


@pytest.mark.parametrize(
    ("now", "news"),
    [
        ((CONFIRM,), False),
        ((), False),
        ((CONFIRM, INCIDENT), True),
        ((BEHIND,), True),
    ],
)
def test_a_doubt_that_was_not_shown_is_news(now: tuple[Doubt, ...], news: bool) -> None:
    assert unseen(DRAFT, now) is news


def test_the_same_outage_is_the_same_doubt_and_another_one_is_not() -> None:
    shown = replace(DRAFT, doubts=(INCIDENT.key,))
    assert not unseen(shown, [replace(INCIDENT, cause="answered 500")])
    assert unseen(shown, [replace(INCIDENT, what="8")])


@pytest.mark.parametrize(
    ("draft", "user", "at", "reason"),
    [
        (DRAFT, "U0ANA", NOW, None),
        (DRAFT, "U0ANA", NOW + LASTS - timedelta(seconds=1), None),
        (DRAFT, "U0ANA", NOW + LASTS, Reason.STALE),
        (DRAFT, "U0BEN", NOW, Reason.NOT_YOURS),
        (None, "U0ANA", NOW, Reason.UNKNOWN_PROPOSAL),
        (replace(DRAFT, fate=Fate.CONFIRMED), "U0ANA", NOW, Reason.USED),
        (replace(DRAFT, fate=Fate.CANCELLED), "U0ANA", NOW + LASTS, Reason.USED),
        (replace(DRAFT, fate=Fate.REPLACED), "U0BEN", NOW, Reason.NOT_YOURS),  # and no more is told
    ],
)
def test_a_click_counts_for_the_asker_once_and_in_time(
    draft: Draft | None, user: str, at: datetime, reason: Reason | None
) -> None:
    assert no_click(draft, user, at) is reason
