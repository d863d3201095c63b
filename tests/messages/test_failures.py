from dataclasses import replace

import pytest

from bot.messages.deploy import behind_reply, deploy_message, headline
from bot.messages.failures import behind_words, failure_words, no_room_words, ready_words
from bot.model import HostState, Step
from bot.records import DeployView, HostLine
from bot.tolerance import Failures, NoRoom
from tests.building import HOSTILE, NOW, done_view, healthy, problems, release, said

GOOD = healthy("web1")
SICK = HostLine("web2", 0, HostState.UNHEALTHY, detail="answered 503 after 30 s")
TESTED = HostLine("web3", 0, HostState.UNCHANGED, Step.TEST, detail="test ended with status 1")
LOST = HostLine("web4", 0, HostState.UNKNOWN)
OUT = HostLine("web5", 0, HostState.SKIPPED, detail="no connection")
GONE = HostLine("web6", 0, HostState.LEFT)
FRESH = HostLine("web7", 0)
DOWN = HostLine("web8", 0, was_down=True)


@pytest.mark.parametrize(
    ("lines", "found", "words"),
    [
        ([GOOD, SICK], Failures(("web2",), 0, 4, True), "web2: answered 503 after 30 s"),
        ([LOST], Failures(("web4",), 0, 4, True), "web4: unknown"),
        (
            [SICK, TESTED, GOOD],
            Failures(("web2", "web3"), 1, 40, True),
            "web2: answered 503 after 30 s; web3: test ended with status 1 · 2 of 40 hosts failed, 1 allowed",
        ),
        ([TESTED], Failures(("web3",), 2, 4, False), "web3: test ended with status 1 · no host is well on it yet"),
        ([LOST], Failures((), 0, 4, False, ("web4",)), "web4: unknown · no host is well on it yet"),
        ([LOST, TESTED], Failures(("web3",), 0, 4, False, ("web4",)), "web3: test ended with status 1"),
        ([OUT, GONE], Failures((), 0, 1, False), "web5: no connection"),  # skipped, and nothing else is there
        ([GONE], Failures((), 0, 0, False), "none of its hosts is in the fleet file any more"),
        ([replace(SICK, detail=HOSTILE)], Failures(("web2",), 0, 1, True), f"web2: {HOSTILE}"),
    ],
)
def test_what_stops_a_deploy_says_who_and_how_many_may(lines: list[HostLine], found: Failures, words: str) -> None:
    told = failure_words(lines, found)
    assert told == words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_no_room_names_who_is_away() -> None:
    told = no_room_words(NoRoom(("web1", "web2"), 2))
    assert told == "no host may be changed: web1, web2 out of service already, and max_unavailable is 2"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([FRESH], "1 host ready"),
        ([FRESH, DOWN], "2 hosts ready · down already, so first: web8"),
        ([DOWN, DOWN], "2 hosts ready"),  # all are: there is no order to tell
        ([FRESH, OUT], "1 host ready · left out: web5: no connection"),
        ([FRESH, GONE], "1 host ready · no longer in the fleet file: web6"),
    ],
)
def test_preflight_says_who_is_ready_who_goes_first_and_who_is_left_out(lines: list[HostLine], words: str) -> None:
    assert ready_words(lines) == words


def done(*hosts: HostLine) -> DeployView:
    return replace(done_view(4), hosts=hosts)


@pytest.mark.parametrize(
    ("hosts", "line"),
    [
        ([GOOD, healthy("web2")], "done on 2 hosts"),
        ([GOOD, GONE], "done on 1 host"),
        ([GOOD, SICK, TESTED], "done on 1 of 3 hosts · left behind: web2, web3"),
        ([GOOD, OUT, GONE], "done on 1 of 2 hosts · left behind: web5"),
        ([GOOD, replace(healthy("web2"), found=release("1.4.1").sha)], "done on 1 of 2 hosts · left behind: web2"),
        ([GOOD, replace(healthy("web2"), found=release("1.4.2").sha)], "done on 2 hosts"),
    ],
)
def test_a_deploy_that_is_done_names_whom_it_left_behind(hosts: list[HostLine], line: str) -> None:
    view = done(*hosts)
    assert headline(view) == f"✓ Deploy 41 · shop 1.4.2 → production {line}"
    assert bool(view.behind) is ("left behind" in line)
    assert bool(behind_words(view)) is ("left behind" in line)


def test_those_left_behind_have_a_reason_and_a_way_out() -> None:
    moved = replace(healthy("web2"), found=release("1.4.1").sha)
    words = behind_words(done(GOOD, moved, TESTED))
    assert words == (
        f":warning: Left behind: web2: runs {release('1.4.1').short} again, which this deploy did not bring;"
        " web3: test ended with status 1. Mend what failed there, then"
        " `/deploy shop@1.4.2 to production/web2,web3`."
    )


def test_the_message_and_the_reply_show_it_and_slack_takes_them() -> None:
    view = done(GOOD, replace(SICK, detail=HOSTILE), TESTED)
    shown = deploy_message(view, NOW)
    reply = behind_reply(view)
    assert problems(shown) == problems(reply) == []
    assert "Left behind" in said(shown.blocks)
    assert reply.text.startswith("<@U0ANA> ✓ Deploy 41")
    assert "<!channel>" not in said(reply.blocks)
