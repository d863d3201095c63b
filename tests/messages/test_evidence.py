from dataclasses import replace
from datetime import timedelta

import pytest

from bot.evidence import Because, Evidence, Interval, Judgement, Limit, Look, Method, Missing, Verdict
from bot.messages.approval import ask_message
from bot.messages.deploy import deploy_message
from bot.messages.evidence import evidence_line, running_words, verdict_words
from bot.model import StageState
from bot.records import Approval, DeployView, StageKind, StagePlan
from tests.building import NOW, a_deploy, a_plan, a_view, healthy, lines, problems, said, seconds

ERRORS = Evidence(
    "errors", Method.COUNTS, Verdict.SUCCESSFUL, Because.WITHIN, 4210, 12630, 0.0012, 0.0011, 0.0001, Interval(0, 0)
)
LATENCY = Evidence(
    "latency", Method.RANKS, Verdict.SUCCESSFUL, Because.WITHIN, 24, 72, 126.0, 120.0, 1.05, Interval(-3.2, 15.4)
)
UNKNOWN = Evidence("latency", Method.RANKS, Verdict.INCONCLUSIVE, Because.NO_DATA, 24, 0, missing=Missing(0, 20, None))
SHARES = "errors 0.12 % vs 0.11 % (n 4,210 vs 12,630)"
NOTHING = "latency unknown (n 24 vs 0)"
LINE = f"{SHARES} · mean +6 ms [-3.2, +15] (n 24 vs 72)"


def judged(verdict: Verdict, *evidence: Evidence, limit: Limit | None = None) -> Judgement:
    return Judgement(verdict, evidence, limit)


CPU = Evidence(
    "cpu", Method.RANKS, Verdict.SUCCESSFUL, Because.WITHIN, 20, 60, 42.13, 40.0, 1.05, Interval(-0.52, 4.0), unit="%"
)
HELD = Evidence("queue", Method.LIMITS, Verdict.SUCCESSFUL, Because.WITHIN, 9, 0, 1234.5)
FAILURES = replace(ERRORS, metric="failures")
ABSENT = Evidence(
    "p99", Method.RANKS, Verdict.INCONCLUSIVE, Because.NO_DATA, 0, 60, trouble="the query returned <nothing> for web1"
)
UNCLEAR = "tells nothing of the canary in too many intervals"
CPU_LINE = "cpu 42.1 % vs 40 %, +2.13 [-0.52, +4] (n 20 vs 60)"


def lacking(evidence: Evidence, wait: float | None) -> Evidence:
    missing = Missing(8, 0, None if wait is None else timedelta(minutes=wait))
    return replace(evidence, verdict=Verdict.INCONCLUSIVE, because=Because.TOO_FEW, missing=missing)


def test_the_evidence_is_one_line() -> None:
    assert evidence_line(judged(Verdict.SUCCESSFUL, ERRORS, LATENCY)) == LINE


@pytest.mark.parametrize(
    ("canary", "interval", "shown"),
    [
        (120.0, Interval(-0.04, 0.04), "mean 0 ms [0, 0]"),
        (120.4, Interval(0.12, 0.5), "mean +0.4 ms [+0.1, +0.5]"),
        (1620.0, Interval(1200.4, 9999.0), "mean +1,500 ms [+1,200, +9,999]"),
        (100.0, Interval(-30.0, -9.96), "mean -20 ms [-30, -10]"),
    ],
)
def test_milliseconds_are_whole_where_that_is_enough(canary: float, interval: Interval, shown: str) -> None:
    found = replace(LATENCY, canary=canary, interval=interval)
    assert evidence_line(judged(Verdict.SUCCESSFUL, found)) == f"{shown} (n 24 vs 72)"


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        (judged(Verdict.SUCCESSFUL, ERRORS, LATENCY), f"no worse than the old release · {LINE}"),
        (judged(Verdict.FAILED, ERRORS, replace(LATENCY, verdict=Verdict.FAILED)), f"the canary is slower · {LINE}"),
        (
            judged(Verdict.FAILED, *(replace(one, verdict=Verdict.FAILED) for one in (ERRORS, LATENCY))),
            f"the canary errs more often and the canary is slower · {LINE}",
        ),
        (
            judged(Verdict.FAILED, ERRORS, limit=Limit.FAILURES),
            f"a canary host answered badly in too many intervals · {SHARES}",
        ),
        (
            judged(Verdict.ERROR, limit=Limit.ERRORS),
            "inconclusive: the old release answers as badly, so nothing can be told of the canary",
        ),
        (
            judged(Verdict.INCONCLUSIVE, ERRORS, lacking(LATENCY, 8)),
            f"inconclusive: 8 more minutes are needed · {LINE}",
        ),
        (judged(Verdict.INCONCLUSIVE, lacking(ERRORS, 1), LATENCY), f"inconclusive: 1 more minute is needed · {LINE}"),
        (
            judged(Verdict.INCONCLUSIVE, ERRORS, UNKNOWN),
            f"inconclusive: there is no answer of the old release to compare with · {SHARES} · {NOTHING}",
        ),
        (
            judged(Verdict.INCONCLUSIVE, replace(UNKNOWN, canary_n=0, baseline_n=9)),
            "inconclusive: there is no answer of the canary · latency unknown (n 0 vs 9)",
        ),
        (judged(Verdict.INCONCLUSIVE), "inconclusive: there was nothing to compare"),
    ],
)
def test_a_verdict_says_why_and_what_is_missing(judgement: Judgement, words: str) -> None:
    assert verdict_words(judgement) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (CPU, CPU_LINE),
        (HELD, "queue 1,234 (n 9)"),
        (replace(HELD, canary=None, canary_n=0), ""),
        (FAILURES, "failures 0.12 % vs 0.11 % (n 4,210 vs 12,630)"),
        (ABSENT, "p99 unknown (n 0 vs 60)"),
        (
            replace(CPU, unit="", canary=0.00231, baseline=0.002, interval=None),
            "cpu 0.00231 vs 0.002, +0.00031 (n 20 vs 60)",
        ),
        (replace(CPU, canary=40.0, interval=Interval(0, 0)), "cpu 40 % vs 40 %, 0 [0, 0] (n 20 vs 60)"),
    ],
)
def test_a_metric_shows_its_numbers_and_how_many_they_are(found: Evidence, words: str) -> None:
    assert evidence_line(judged(Verdict.SUCCESSFUL, found)) == words


def bad(found: Evidence) -> Evidence:
    return replace(found, verdict=Verdict.FAILED)


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        (judged(Verdict.SUCCESSFUL, ERRORS, CPU), "no worse than the old release"),
        (judged(Verdict.FAILED, bad(CPU)), "cpu is worse than the old release's"),
        (
            judged(Verdict.FAILED, bad(LATENCY), bad(CPU)),
            "the canary is slower and cpu is worse than the old release's",
        ),
        (
            Judgement(Verdict.FAILED, (CPU,), Limit.FAILURES, "cpu"),
            "cpu of a canary host was beyond its limit in too many intervals",
        ),
        (
            Judgement(Verdict.ERROR, (ERRORS, replace(ABSENT, trouble="no <answer>")), Limit.ERRORS, "p99"),
            "inconclusive: p99 could not be read: no &lt;answer&gt;",
        ),
        (
            Judgement(Verdict.INCONCLUSIVE, (ABSENT,), Limit.UNCLEAR, "p99"),
            f"inconclusive: p99 {UNCLEAR}: the query returned &lt;nothing&gt; for web1",
        ),
        (
            Judgement(Verdict.INCONCLUSIVE, (HELD,), Limit.UNCLEAR, "queue"),
            f"inconclusive: queue {UNCLEAR}: there were no requests, or the old release is as far beyond its limit",
        ),
        (
            judged(Verdict.INCONCLUSIVE, ERRORS, ABSENT),
            "inconclusive: p99: the query returned &lt;nothing&gt; for web1",
        ),
        (judged(Verdict.INCONCLUSIVE, lacking(CPU, 8)), "inconclusive: 8 more minutes are needed"),
        (
            judged(Verdict.INCONCLUSIVE, replace(lacking(CPU, None), baseline_n=0)),
            "inconclusive: there is no cpu of the old release to compare with",
        ),
        (
            judged(Verdict.INCONCLUSIVE, replace(CPU, because=Because.SPARSE)),
            "inconclusive: cpu is mostly zero, which only counts or a hard limit can tell",
        ),
    ],
)
def test_a_metrics_verdict_says_why(judgement: Judgement, words: str) -> None:
    assert verdict_words(judgement).split(" · ")[0] == words


@pytest.mark.parametrize(
    ("evidence", "left", "words"),
    [
        ((ERRORS, LATENCY), 48, f"{LINE} · 48 s left"),
        ((ERRORS, LATENCY), 0, LINE),
        ((), 120, "asking canary and old hosts · 2 min left"),
    ],
)
def test_while_it_runs_it_says_what_is_left(evidence: tuple[Evidence, ...], left: int, words: str) -> None:
    look = Look(2, judged(Verdict.INCONCLUSIVE, *evidence), NOW + seconds(left))
    assert running_words(look, NOW) == words


def baking(state: StageState, detail: str = "") -> DeployView:
    """A canary whose first batch is watched, and then asked about."""
    plan = a_plan()
    gates = (StagePlan(StageKind.BAKE, "Watching 2 min"), StagePlan(StageKind.VERDICT, "Approval if unclear"))
    deploy = a_deploy(replace(plan, stages=(*plan.stages[:2], *gates, *plan.stages[2:])))
    done = {0: (StageState.COMPLETE, "4 hosts ready"), 1: (StageState.COMPLETE, ""), 2: (state, detail)}
    return a_view(deploy, lines(deploy.plan, {"web1": healthy("web1")}), done)


def test_the_running_deploys_message_shows_the_evidence_at_its_stage() -> None:
    look = Look(2, judged(Verdict.INCONCLUSIVE, ERRORS, LATENCY), NOW + seconds(48))
    message = deploy_message(replace(baking(StageState.IN_PROGRESS), look=look), NOW)
    assert problems(message) == []
    assert f"{LINE} · 48 s left" in said(message.blocks)


def test_who_is_asked_sees_what_the_watching_showed() -> None:
    words = verdict_words(judged(Verdict.INCONCLUSIVE, ERRORS, lacking(LATENCY, 8)))
    question = Approval(41, 3, "a" * 40, NOW, NOW + seconds(3600))
    view = replace(baking(StageState.COMPLETE, words), approval=question, approvers=("@leads",))
    message = ask_message(view, {})
    assert problems(message) == []
    assert f"Watching 2 min: {words}" in said(message.blocks)


def test_a_question_after_anything_else_says_only_itself() -> None:
    question = Approval(41, 2, "a" * 40, NOW, NOW + seconds(3600))
    view = replace(baking(StageState.PENDING), approval=question, approvers=("@leads",))
    assert len(ask_message(view, {}).blocks) == 1
