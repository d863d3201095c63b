from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ci import CiState, CiVerdict, CommitCheck
from bot.messages.ci import FORCE, now_words, passed_words, trouble_words, waiting_words
from bot.messages.deploy import deploy_message
from bot.messages.preview import preview_message
from bot.messages.refusals import refusal_message, words
from bot.messages.rich import rich
from bot.model import DeployState, StageState
from bot.plan.stages import lay_out
from bot.preview import Preview
from bot.refusals import Reason, Refusal
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, a_view, lines, problems, said

BUILD = CommitCheck("build", "success", "https://ci.example.com/1")
RED = CommitCheck("test", "timed_out", "https://ci.example.com/2?a=1&b=2")
SLOW = CommitCheck("lint", "in_progress")
TEN = timedelta(minutes=10)
PLAN = replace(a_plan(4), stages=lay_out(a_plan(4).batches, checks=True))


def found(state: CiState, *checks: CommitCheck, missing: Sequence[str] = (), reported: Sequence[str] = ()) -> CiVerdict:
    return CiVerdict(state, checks, tuple(missing), tuple(reported))


def many(number: int) -> list[CommitCheck]:
    return [CommitCheck(f"job {at}", "success") for at in range(number)]


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (found(CiState.PASSED, BUILD), "<https://ci.example.com/1|build> passed"),
        (found(CiState.PASSED, *many(4)), "job 0, job 1, job 2, job 3 passed"),
        (found(CiState.PASSED, *many(5)), "5 checks passed"),
    ],
)
def test_what_passed_is_named_while_it_is_few(verdict: CiVerdict, line: str) -> None:
    assert passed_words(verdict) == line


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (found(CiState.PENDING, SLOW), "waits for lint"),
        (found(CiState.PENDING, SLOW, missing=["e2e"]), "waits for lint, e2e (not reported yet)"),
        (found(CiState.PENDING, *many(7)), "waits for job 0, job 1, job 2, job 3 and 3 more"),
        (found(CiState.NOTHING), "no check has reported on this commit yet"),
        (CiVerdict(CiState.UNREADABLE, detail="x <away>"), "asking again: x &lt;away&gt;"),
    ],
)
def test_what_is_waited_for_is_said_while_it_is(verdict: CiVerdict, line: str) -> None:
    assert waiting_words(verdict) == line


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (found(CiState.FAILED, RED), "<https://ci.example.com/2?a=1&amp;b=2|test>: timed out"),
        (found(CiState.PENDING, SLOW), "lint still pending after 10 min"),
        (found(CiState.PENDING, missing=["e2e"]), "e2e not reported after 10 min"),
        (
            found(CiState.PENDING, SLOW, missing=["biuld"], reported=["build", "lint"]),
            "lint still pending, biuld not reported (those that did: build, lint) after 10 min",
        ),
        (found(CiState.NOTHING), "no check has reported on this commit after 10 min"),
        (CiVerdict(CiState.UNREADABLE, detail="x answered 503"), "CI could not be read after 10 min: x answered 503"),
    ],
)
def test_why_a_deploy_did_not_go_on(verdict: CiVerdict, line: str) -> None:
    assert trouble_words(verdict, TEN) == line


@pytest.mark.parametrize(
    ("refusal", "what", "way_out"),
    [
        (
            Refusal(Reason.CHECKS_FAILED, "1.4.2", target=TARGET, checks=(RED, CommitCheck("lint", "failure"))),
            "CI says no to 1.4.2 · <https://ci.example.com/2?a=1&amp;b=2|test>: timed out, lint: failure",
            f"Nothing was begun. Mend it and push, or run those checks again. {FORCE}",
        ),
        (
            Refusal(Reason.CHECKS_UNREADABLE, "1.4.2", target=TARGET, detail="api.github.com answered 401"),
            "What CI says of 1.4.2 cannot be read: api.github.com answered 401.",
            f"Nothing was begun. Mend that and try again. {FORCE}",
        ),
    ],
)
def test_a_refusal_names_what_failed_and_the_way_out(refusal: Refusal, what: str, way_out: str) -> None:
    assert words(refusal, NOW) == (what, way_out)
    assert problems(refusal_message(refusal, NOW)) == []


def test_what_ci_wrote_does_not_act() -> None:
    hostile = CommitCheck(HOSTILE * 30, HOSTILE, "https://x/|<!channel>")
    message = refusal_message(Refusal(Reason.CHECKS_FAILED, HOSTILE, checks=(hostile,) * 30), NOW)
    assert problems(message) == []
    told = passed_words(found(CiState.PASSED, hostile)) + trouble_words(found(CiState.PENDING, hostile), TEN)
    assert "<!channel>" not in message.text + said(message.blocks) + told


def test_a_link_is_a_link_in_a_task_too() -> None:
    (section,) = rich(trouble_words(found(CiState.FAILED, RED), TEN))["elements"]
    assert section["elements"][0] == {"type": "link", "url": RED.url, "text": "test"}


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (found(CiState.PASSED, CommitCheck("build", "success")), "1. CI checks · build passed"),
        (found(CiState.FAILED, CommitCheck("build", "error")), "1. CI checks · build: error"),
        (found(CiState.PENDING, SLOW), "1. CI checks · waits for lint"),
        (CiVerdict(CiState.UNREADABLE, detail="x answered 401"), "1. CI checks · cannot be read now: x answered 401"),
    ],
)
def test_a_plan_says_how_ci_stands_and_in_which_order_it_is_asked(verdict: CiVerdict, line: str) -> None:
    told = said(preview_message(Preview(PLAN, (), (), verdict)).blocks)
    assert f"{line}\n2. Preflight · 4 hosts" in told
    assert now_words(verdict) in told


def test_a_deploy_that_ci_stopped_says_so_in_its_first_line_with_the_way_out() -> None:
    deploy = a_deploy(PLAN, DeployState.FAILED, reason="CI checks: test: failure")
    view = a_view(deploy, lines(PLAN), {0: (StageState.ERROR, "test: failure")})
    message = deploy_message(view, NOW)
    assert message.text.startswith("✗ Deploy 41 · shop 1.4.2 → production failed at CI checks: test: failure")
    assert message.text.endswith("no host was changed")
    assert "Mend what CI says and push, or run those checks again; then" in said(message.blocks)
    assert FORCE in said(message.blocks)
    aborted = deploy_message(replace(view, deploy=replace(deploy, aborted_by="U0BEN")), NOW)
    assert "Mend what CI says" not in said(aborted.blocks)
