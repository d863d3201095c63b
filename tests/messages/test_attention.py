"""The lines of /status above its table: what wants somebody, and how to go on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errands import Errands
from bot.holds import Hold, Lock, Scope
from bot.messages.attention import attention, legend
from bot.messages.home import home_view
from bot.messages.status import overview_message, summary
from bot.model import Health, Target
from bot.standing import HostNow, Overview, TargetView
from bot.watch import Blindness
from tests.building import HOSTILE, NOW, a_deploy, problems, release, said, view_faults
from tests.messages.test_status import outage, overview, target

UP, DOWN, UNKNOWN = Health.UP, Health.DOWN, Health.UNKNOWN
BLIND = Blindness(3, NOW, "20 of 20 fail at once", "#alerts")


def lines(seen: Overview) -> list[str]:
    return said(attention(seen)).splitlines()


def down(service: str = "shop", since: int = 6, cause: str = "answered 503") -> TargetView:
    incident = replace(outage(7, cause=cause), started_at=NOW - timedelta(minutes=since))
    return target(service, health=DOWN, incidents=(incident,))


def flapping(service: str = "shop") -> TargetView:
    fine = target(service)
    (check,) = fine.vitals.checks
    flaps = replace(check, state=replace(check.state, flapping_since=NOW - timedelta(minutes=3)))
    return replace(fine, vitals=replace(fine.vitals, checks=(flaps,)))


def drifted(service: str = "shop") -> TargetView:
    return replace(target(service), hosts=(HostNow("web1", release("1.4.1"), UP), HostNow("web2", release(), UP)))


CARE = "`/status incidents` says who takes care of what, and what was done"


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (target(), []),
        (down(), ["▲ *shop* · production · down for 7 min 34 s: answered 503 · `/status shop`", CARE]),
        (
            target(health=DOWN, incidents=(outage(7), outage(8), outage(9))),
            [
                "▲ *shop* · production · down for 94 s: answered 503 (and 2 more incidents) · `/status shop`",
                CARE,
            ],
        ),
        (
            target(incidents=(outage(7, cause="too slow"),)),
            [
                (
                    "● *shop* · production · its own checks are well, but an incident is open for 94 s: too slow"
                    " · `/status shop`"
                ),
                CARE,
            ],
        ),
        (target(health=DOWN), ["▲ *shop* · production · down · `/status shop`", CARE]),
        (flapping(), ["〰 *shop* · production · goes up and down, for 4 min 34 s · `/status checks shop`"]),
        (drifted(), ["≠ *shop* · production · 1.4.1 on web1 instead of 1.4.2 · `/status shop`"]),
        (target(health=UNKNOWN), ["○ not known: shop in production · `/status checks shop` says why"]),
        (
            replace(target(), vitals=replace(target().vitals, checks=())),
            [
                (
                    "○ without a check, so nobody is told when it fails: shop in production"
                    " · add `checks` in the fleet file"
                )
            ],
        ),
    ],
)
def test_each_line_says_what_is_so_and_what_to_type_next(view: TargetView, told: list[str]) -> None:
    assert lines(overview(view)) == told


def test_of_many_the_worst_are_named_and_the_rest_counted() -> None:
    views = [down(f"s{number}", number) for number in range(8)] + [drifted(f"t{number}") for number in range(7)]
    seen = overview(*views)
    found = lines(seen)
    assert [line.split("*")[1] for line in found if line.startswith("▲")] == ["s0", "s1", "s2", "s3", "s4"]
    assert f"and 3 more places · {CARE}" in found
    assert "and 2 more places with hosts on another release" in found


def test_while_the_bot_cannot_see_that_comes_first() -> None:
    seen = replace(overview(target(), down("api")), blind=BLIND)
    assert summary(seen).startswith("I cannot see now · 1 of 2 deployments down")
    assert "I cannot see since" in lines(seen)[0]
    assert "what follows is as I saw it last" in lines(seen)[0]


@pytest.mark.parametrize(
    ("views", "told"),
    [
        ([target()], "● up · `/status SERVICE` shows one closely"),
        ([target(), down("api"), target("old", health=UNKNOWN)], "● up · ▲ down · ○ not known · `/status SERVICE`"),
        ([replace(target(), last=a_deploy())], "● up · ◐ deploying · `/status"),
        ([drifted()], "● up · ≠ hosts on another release · `/status"),
        (
            [replace(target(), hold=Hold(Lock(Scope("production"), "U0BEN", "migration", NOW)))],
            "● up · 🔒 locked · `/status",
        ),
    ],
)
def test_the_marks_that_are_there_are_explained(views: list[TargetView], told: str) -> None:
    assert legend(overview(*views)).startswith(told)


def place(number: int, service: str) -> TargetView:
    """Some of them down, flapping, beside their release or not known; each as long as names may be."""
    made = [down, flapping, drifted, target][number % 4](service)
    return replace(made, target=Target(service, "production"))


@pytest.mark.parametrize("number", [1, 30, 200, 1000])
def test_a_fleet_of_any_size_fits_in_a_message_and_in_the_home_tab(number: int) -> None:
    seen = replace(overview(*(place(at, f"service-{at:04d}-{'x' * 40}") for at in range(number))), blind=BLIND)
    message = overview_message(seen)
    assert problems(message) == []
    assert view_faults(home_view(seen, Errands(), "#deploys")) == []
    assert "left out" not in said(message.blocks)


def test_what_people_and_hosts_wrote_does_not_act() -> None:
    message = overview_message(overview(down(cause=HOSTILE * 30), target("api", ref=HOSTILE)))
    assert "<!channel>" not in said([block for block in message.blocks if block["type"] != "table"]), "cells are raw"
    assert problems(message) == []
