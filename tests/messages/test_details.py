from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.archive import HEALTH, Detail, HostStep
from bot.holds import Lock, Scope
from bot.messages.details import details_view, read_leaf
from bot.messages.words import escape
from bot.model import DeployKind, DeployState, HostState, StageState, Step
from bot.records import Approval, Changes, Decision, DeployView, HostLine
from tests.building import (
    HOSTILE,
    NOW,
    a_deploy,
    a_plan,
    a_view,
    done_view,
    healthy,
    lines,
    names,
    release,
    said,
    seconds,
    view_faults,
)

FAILED = HostLine("web2", 1, HostState.UNCHANGED, Step.TEST, "a" * 40, "test ended with status 1", "1 != 2")
CHANGES = Changes(8, 3, compare_url="https://example.com/compare", release_url="https://example.com/commit")


def told(view: DeployView, *steps: HostStep, now: float = 0, questions: Sequence[Approval] = ()) -> list[str]:
    """The modal line by line."""
    shown = details_view(Detail(view, steps, tuple(questions)), NOW + seconds(now))
    assert view_faults(shown) == []
    return said(shown["blocks"]).splitlines()


def failed_view(**known: HostLine) -> DeployView:
    deploy = a_deploy(state=DeployState.FAILED, reason="Batch 2 of 3: web2: test ended with status 1")
    return a_view(deploy, lines(deploy.plan, known), {0: (StageState.COMPLETE, "4 hosts ready")})


def steps(host: str, *parts: tuple[str, float]) -> tuple[HostStep, ...]:
    return tuple(HostStep(host, name, NOW + seconds(at)) for name, at in parts)


def test_hosts_with_output_come_first_then_those_with_words() -> None:
    lost = HostLine("web4", 2, HostState.UNKNOWN, detail="no connection")
    shown = told(failed_view(web1=healthy("web1"), web2=FAILED, web4=lost))
    assert shown[0].startswith("*✗ Deploy 41 · shop 1.4.2 → production failed at Batch 2 of 3")
    assert shown[shown.index("*Hosts*") :] == [
        "*Hosts*",
        "*web2* at test · unchanged: test ended with status 1",
        *["```", "1 != 2", "```"],
        "*web4* · unknown: no connection",
        "*web1* · healthy after 3.2 s",
        "*web3* · waiting",
    ]


def test_every_stage_has_its_mark_its_beginning_how_long_it_took_and_its_words() -> None:
    deploy = a_deploy(a_plan(2, sizes=["100%"]))
    view = a_view(
        deploy, lines(deploy.plan), {0: (StageState.COMPLETE, "2 hosts ready"), 1: (StageState.IN_PROGRESS, "")}
    )
    shown = told(view, now=94)
    at = "<!date^1795176000^{time_secs}|12:00:00 UTC>"
    assert f"✓ *Preflight* · {at} · 2.1 s · 2 hosts ready" in shown
    assert f"◐ *Batch 1 of 1* · {at} · for 94 s so far" in shown
    assert "○ *Batch 1 of 1* · web1, web2" in told(a_view(deploy, lines(deploy.plan), {}))


@pytest.mark.parametrize(
    ("way", "now", "line"),
    [
        (
            [("fetch", 0), ("unpack", 1.2), ("install", 1.24), ("restart", 13.2), (HEALTH, 14.2)],
            99,
            "fetch 1.2 s › unpack 40 ms › install 12 s › restart 1 s › health",
        ),
        ([("fetch", 0)], 99, "fetch"),
        ([("switch", 0), ("restart", 1)], 99, "switch 1 s › restart"),
    ],
)
def test_a_host_says_how_long_each_step_took(way: list[tuple[str, float]], now: float, line: str) -> None:
    shown = told(done_view(1), *steps("web1", *way), now=now)
    assert shown[-2:] == ["*web1* · healthy after 3.2 s", line]


def test_while_a_step_runs_it_says_for_how_long() -> None:
    deploy = a_deploy(a_plan(1, sizes=["100%"]))
    busy = {"web1": HostLine("web1", 0, HostState.CHANGING, Step.INSTALL)}
    shown = told(a_view(deploy, lines(deploy.plan, busy), {}), *steps("web1", ("fetch", 0), ("install", 2)), now=14)
    assert shown[-2] == "fetch 2 s › install for 12 s so far"


def test_the_way_back_is_a_line_of_its_own() -> None:
    back = HostLine("web1", 0, HostState.RESTORED, detail="answered 503")
    way = steps("web1", ("switch", 0), ("restart", 1), (HEALTH, 2), ("switch", 40), ("restart", 41), (HEALTH, 42))
    assert told(failed_view(web1=back), *way)[-6:-3] == [
        "*web1* · restored: answered 503",
        *["switch 1 s › restart 1 s › health"] * 2,
    ]


def test_a_restart_that_ended_before_its_batch_did_is_said_to_have_taken_at_most_so_long() -> None:
    way = steps("web4", ("switch", 0), ("restart", 1), (HEALTH, 5))
    assert "switch 1 s › restart ≤ 4 s › health" in told(done_view(4), *way)


def question(decision: Decision, *voters: str, by: str = "", needed: int = 1) -> Approval:
    ended = None if decision is Decision.OPEN else NOW + seconds(60)
    return Approval(41, 1, release().sha, NOW, NOW + seconds(3600), needed, voters, decision, by, ended)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question(Decision.OPEN), "open until <!date^1795179600^{time_secs}|13:00:00 UTC>"),
        (question(Decision.OPEN, "U0BEN", needed=2), "1 of 2 approvals · approved by <@U0BEN> · open until"),
        (question(Decision.PROMOTED, "U0BEN", "U0LEA", needed=2), "approved by <@U0BEN>, <@U0LEA> · promoted at"),
        (question(Decision.ABORTED, by="U0BEN"), "aborted by <@U0BEN> at"),
        (question(Decision.EXPIRED), "expired at <!date^1795176060"),
    ],
)
def test_under_its_stage_stands_who_decided(asked: Approval, words: str) -> None:
    shown = told(failed_view(), questions=[asked])
    at = next(number for number, line in enumerate(shown) if "*Batch 1 of 3*" in line)
    assert shown[at + 1].strip().startswith("asked at <!date^1795176000")
    assert words in shown[at + 1]


def test_what_it_brought_who_forced_it_who_ended_it_and_what_it_left_locked_is_said() -> None:
    deploy = replace(
        a_deploy(a_plan(changes=CHANGES), DeployState.ROLLED_BACK, reason="Batch 1 of 3: web1", incident=7),
        forced="a freeze: checkout is down",
        aborted_by="U0BEN",
    )
    lock = Lock(Scope("production", "shop"), "", "deploy 41 was rolled back", NOW, deploy=41, id=3)
    shown = "\n".join(told(replace(a_view(deploy, lines(deploy.plan), {}), lock=lock)))
    for part in (
        "Asked by <@U0ANA> from the alert of incident 7",
        "took 60 s",
        f"Release 1.4.2 (<https://example.com/commit|{release().short}>)",
        "<https://example.com/compare|8 commits since 1.4.1>",
        "way back 1.4.1",
        "*Forced* past a freeze: checkout is down",
        "Aborted by <@U0BEN>",
        "shop in production · locked by Pointsman",
    ):
        assert part in shown


def test_a_rollback_is_called_one_in_the_title() -> None:
    plan = a_plan(2, DeployKind.ROLLBACK, "1.4.1", None, ["100%"])
    views = [a_view(a_deploy(one), lines(one), {}) for one in (a_plan(2), plan)]
    shown = [details_view(Detail(view, (), ()), NOW)["title"]["text"] for view in views]
    assert shown == ["Deploy 41", "Rollback 41"]


def buttons(view: dict[str, Any]) -> dict[str, str]:
    found = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {button["text"]["text"]: button["value"] for row in found for button in row}


@pytest.mark.parametrize(
    ("hosts", "start", "first", "shown", "ways"),
    [
        (25, 0, "web1", 25, {}),
        (60, 0, "web1", 25, {"Hosts 26–50": "41:25"}),
        (60, 25, "web26", 25, {"Hosts 1–25": "41:0", "Hosts 51–60": "41:50"}),
        (60, 50, "web51", 10, {"Hosts 26–50": "41:25"}),
        (60, 999, "web51", 10, {"Hosts 26–50": "41:25"}),
        (60, -7, "web1", 25, {"Hosts 26–50": "41:25"}),
    ],
)
def test_many_hosts_come_page_by_page(hosts: int, start: int, first: str, shown: int, ways: dict[str, str]) -> None:
    view = details_view(Detail(done_view(hosts)), NOW, start)
    told_hosts = [line for line in said(view["blocks"]).splitlines() if line.startswith("*web")]
    assert (told_hosts[0].split("*")[1], len(told_hosts)) == (first, shown)
    assert buttons(view) == ways
    assert view_faults(view) == []


def test_a_running_deploy_can_be_looked_at_again() -> None:
    deploy = a_deploy()
    assert buttons(details_view(Detail(a_view(deploy, lines(deploy.plan), {})), NOW)) == {"Look again": "41:0"}


@pytest.mark.parametrize(
    ("value", "leaf"),
    [("41:25", ("41", 25)), ("41", ("41", 0)), ("", ("", 0)), ("x:-1", ("x", 0)), ("41:²", ("41", 0))],
)
def test_what_a_button_carries_is_read(value: str, leaf: tuple[str, int]) -> None:
    assert read_leaf(value) == leaf


@pytest.mark.parametrize("sign", [HOSTILE, "\U0001f4a5", "é"])
def test_two_hundred_hosts_with_long_output_stay_inside_slacks_limits(sign: str) -> None:
    deploy = a_deploy(a_plan(200, sizes=[*range(1, 60), "100%"]), DeployState.FAILED, 10**9, escape(sign * 400))
    known = {name: replace(FAILED, host=name, detail=sign * 100, tail=sign * 4000) for name in names(200)}
    stages = dict.fromkeys(range(61), (StageState.ERROR, escape(sign * 400)))
    shown = details_view(Detail(a_view(deploy, lines(deploy.plan, known), stages)), NOW)
    assert view_faults(shown) == []
    assert "*Hosts* 1–25 of 200" in said(shown["blocks"]).splitlines()
    assert "<!channel>" not in said(shown["blocks"])
