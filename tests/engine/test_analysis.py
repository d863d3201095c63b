"""A canary beside the old release, while it bakes: who goes on, who goes back, and when people are asked."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine.analysis import Analysis
from bot.engine.metering import Compared, Metering
from bot.evidence import Limit, Verdict
from bot.fleet import Fleet
from bot.model import DeployState, StageState
from bot.questions import Ask
from bot.records import Approval, Decision, Deploy
from tests.building import TARGET, fleet_of, names, release, said
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

NEW = release("1.5.0").sha
OLD = release("1.4.1").sha


def canary(**keys: Any) -> Fleet:
    strategy = {"kind": "canary", "bake": "2m", "analysis": True, **keys}
    return fleet_of(names(4), ((*PRODUCTION, "strategy"), strategy))


@pytest.fixture
def compared(standing: Line) -> Iterator[Line]:
    """1.4.1 on four hosts; from now on a canary is compared for two minutes."""
    standing.fleet = canary()
    yield standing
    standing.clock.still = False


def watched(line: Line, deploy: Deploy) -> tuple[str, str]:
    stage = line.view(deploy).stages[2]
    assert stage.name == "Watching 2 min"
    return stage.state.value, stage.detail


def analysis_of(line: Line) -> Analysis:
    looks = line.journal.looks
    return Analysis(line.apps, Metering(line.gauges, looks), line.clock, looks)


def asked(line: Line, deploy: Deploy) -> Approval:
    """The question, once it is there."""
    found = eventually(lambda: line.journal.approvals.newest(deploy.id), timeout=60)
    line.clock.still = True  # or the deadline would pass before anybody could click
    assert found is not None
    return found


def test_an_equal_canary_passes_and_nobody_is_asked(compared: Line) -> None:
    deploy = compared.deploy("1.5.0")
    assert deploy.state is DeployState.SUCCEEDED
    assert compared.runs() == ["1.5.0"] * 4
    state, detail = watched(compared, deploy)
    assert state == "complete"
    assert detail.startswith("no worse than the old release · errors 0 % vs 0 % (n 240 vs 720) · mean ")
    assert detail.endswith("(n 24 vs 72)")
    verdict = compared.view(deploy).stages[3]
    assert (verdict.name, verdict.detail) == ("Approval if unclear", "nobody had to be asked")
    assert not [key for key in compared.messages() if "approval" in key]


def test_a_slow_canary_fails_and_goes_back_with_the_evidence(compared: Line) -> None:
    compared.apps.times[NEW] = 2.0
    deploy = compared.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert compared.runs() == ["1.4.1"] * 4
    assert deploy.reason.startswith("Watching 2 min: the canary is slower · errors 0 % vs 0 %")
    assert "mean +12 ms [" in deploy.reason


def test_a_canary_that_errs_now_and_then_fails_though_it_is_healthy(compared: Line) -> None:
    compared.apps.errs[NEW] = 20
    deploy = compared.deploy("1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert "the canary errs more often · errors 5 % vs 0 % (n 240 vs 720)" in deploy.reason


def test_an_old_release_that_errs_as_often_does_not_fail_the_canary(compared: Line) -> None:
    compared.apps.errs.update({NEW: 20, OLD: 20})
    assert compared.deploy("1.5.0").state is DeployState.SUCCEEDED


def test_a_canary_that_breaks_fails_long_before_the_bake_is_over(compared: Line) -> None:
    begun = compared.clock.now()
    compared.apps.errs[NEW] = 1
    compared.fleet = canary(batches=[1, "100%"])
    health = compared.fleet.services["shop"].environments["production"].health
    assert health.successes == 2
    found = analysed(compared, errs={"web1": 1})
    assert (found.verdict, found.limit) == (Verdict.FAILED, Limit.FAILURES)
    assert compared.clock.now() - begun == timedelta(seconds=15)  # the third bad interval is one too many


def test_a_canary_slower_than_the_hard_limit_fails_at_once_too(compared: Line) -> None:
    begun = compared.clock.now()
    compared.fleet = canary(analysis={"latency": {"most": "50ms"}})
    found = analysed(compared, times={"web1": 10.0})
    assert (found.verdict, found.limit) == (Verdict.FAILED, Limit.FAILURES)
    assert compared.clock.now() - begun == timedelta(seconds=15)


def test_where_nobody_answers_nothing_is_told_of_the_canary(compared: Line) -> None:
    """The bot's own network, most likely: people are asked, and nothing is rolled back."""
    found = analysed(compared, errs=dict.fromkeys(names(4), 1))
    assert (found.verdict, found.limit) == (Verdict.ERROR, Limit.ERRORS)


def analysed(line: Line, errs: dict[str, int] | None = None, times: dict[str, float] | None = None) -> Any:
    """The analysis alone, of web1 beside the others."""
    line.apps.errs, line.apps.times = errs or {}, times or {}
    place = line.sites.place(TARGET)
    assert place.analysis is not None
    what = Compared(41, 2, ["web1"], ["web2", "web3", "web4"], line.clock.now())
    return analysis_of(line).watch(place, place.analysis, what, lambda: False)


def test_a_fix_of_a_release_that_answers_nothing_passes_by_itself(compared: Line) -> None:
    compared.apps.sick_together.update((host, OLD) for host in names(4))
    deploy = compared.deploy("1.5.0")
    assert deploy.state is DeployState.SUCCEEDED
    assert watched(compared, deploy)[1] == "no worse than the old release · errors 0 % vs 100 % (n 240 vs 720)"


def button_of(deploy: Deploy) -> str:
    """What the buttons of the deploy's question stand for."""
    return f"{deploy.id}:3:{deploy.plan_hash}"


def too_few(line: Line) -> None:
    """Every round takes so long that a bake does not see enough."""
    line.apps.before = lambda _asks: line.clock.sleep(timedelta(seconds=4))


def test_too_few_points_are_a_question_that_says_what_is_missing(compared: Line) -> None:
    too_few(compared)
    deploy = compared.begin("1.5.0")
    question = asked(compared, deploy)
    assert question.position == 3
    state, detail = watched(compared, deploy)
    assert state == "complete"
    assert detail.startswith("inconclusive: ")
    assert "more minutes are needed" in detail
    reply = said(compared.blocks(f"deploy:{deploy.id}:approval-3"))
    assert "waits for approval to promote 1.5.0" in reply
    assert detail in reply
    promoted = compared.approvals.promote("U0BEN", button_of(deploy), "it was the load test")
    assert isinstance(promoted, Approval)
    assert promoted.decision is Decision.PROMOTED
    assert compared.ended(deploy.id).state is DeployState.SUCCEEDED


def test_a_person_can_stop_what_the_analysis_could_not_tell(compared: Line) -> None:
    too_few(compared)
    deploy = compared.begin("1.5.0")
    asked(compared, deploy)
    compared.approvals.abort("U0BEN", button_of(deploy))
    assert compared.ended(deploy.id).state is DeployState.ROLLED_BACK


def test_without_an_old_release_there_is_nothing_to_compare_with_and_people_are_asked(line: Line) -> None:
    line.fleet = canary()
    deploy = line.begin("1.4.1")
    asked(line, deploy)
    state, detail = watched(line, deploy)
    assert state == "complete"
    assert detail.startswith("inconclusive: there is no answer of the old release to compare with · errors unknown")
    line.approvals.promote("U0BEN", button_of(deploy), "it is the first one")
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED


def test_where_people_approve_anyway_they_see_the_evidence(compared: Line) -> None:
    compared.fleet = canary(approve=True)
    deploy = compared.begin("1.5.0")
    asked(compared, deploy)
    assert [stage.name for stage in compared.view(deploy).stages][2:4] == ["Watching 2 min", "Approval"]
    assert "no worse than the old release · errors" in said(compared.blocks(f"deploy:{deploy.id}:approval-3"))
    compared.approvals.promote("U0BEN", button_of(deploy))
    assert compared.ended(deploy.id).state is DeployState.SUCCEEDED


class Gate:
    """Lets so many rounds of the analysis pass; then it waits for the test."""

    def __init__(self, line: Line, after: int) -> None:
        self.left = after
        self.reached, self.opened = threading.Event(), threading.Event()
        line.apps.before = self.pass_one

    def pass_one(self, asks: Sequence[Ask]) -> None:
        self.left -= len(asks) == 4
        if self.left == 0 and not self.opened.is_set():
            self.reached.set()
            assert self.opened.wait(60)


def test_while_it_bakes_the_message_shows_the_evidence_and_what_is_left(compared: Line) -> None:
    gate = Gate(compared, 122)  # a look before, then a minute, ten questions to every interval
    deploy = compared.begin("1.5.0")
    assert gate.reached.wait(60)
    compared.journal.refresh()
    shown = said(compared.blocks(f"deploy:{deploy.id}"))
    assert "errors 0 % vs 0 % (n 120 vs 360) · mean " in shown
    assert "(n 12 vs 36) · 60 s left" in shown
    gate.opened.set()
    compared.ended(deploy.id)
    assert "left" not in said(compared.blocks(f"deploy:{deploy.id}"))


def test_an_abort_ends_the_watching_at_once(compared: Line) -> None:
    gate = Gate(compared, 15)
    deploy = compared.begin("1.5.0")
    assert gate.reached.wait(60)
    assert compared.journal.abort(deploy.id, "U0BEN")
    begun = compared.clock.now()
    gate.opened.set()
    ended = compared.ended(deploy.id)
    assert ended.state is DeployState.ROLLED_BACK
    assert ended.reason == "Watching 2 min: aborted by <@U0BEN>: it was not watched to the end"
    assert compared.apps.asked["web4"] < 20
    assert begun <= compared.clock.now()


class Crash(BaseException):
    """The process is gone."""


def dies_after(rounds: int) -> Callable[[Sequence[Ask]], None]:
    left = iter(range(rounds))

    def die(_asks: Sequence[Ask]) -> None:
        if next(left, None) is None:
            raise Crash

    return die


def test_a_crash_in_mid_bake_loses_no_interval_and_does_not_begin_the_time_anew(tmp_path: Path) -> None:
    with line_on(tmp_path, canary()) as line:
        place = line.sites.place(TARGET)
        assert place.analysis is not None
        what = Compared(41, 2, ["web1"], ["web2", "web3", "web4"], line.clock.now())
        line.apps.before = dies_after(155)
        with pytest.raises(Crash):
            analysis_of(line).watch(place, place.analysis, what, lambda: False)
        line.apps.before = lambda _asks: None
        kept = line.journal.looks.samples.of(41, 2)
        assert len(kept) == 15 * 4
        line.clock.sleep(timedelta(seconds=8))  # nobody asks
        found = analysis_of(line).watch(place, place.analysis, what, lambda: False)
        assert line.clock.now() - what.since == timedelta(minutes=2)
        samples = line.journal.looks.samples.of(41, 2)
        assert samples[: len(kept)] == kept
        assert [sample.number for sample in samples if sample.canary] == list(range(22))
        assert found.verdict is Verdict.SUCCESSFUL


def test_a_stage_that_was_cut_off_is_judged_as_it_was(compared: Line) -> None:
    """Run once more after its end, as after a crash that came before the workflow had written it down."""
    deploy = compared.deploy("1.5.0")
    before = compared.view(deploy).stages[2]
    place = compared.sites.place(TARGET)
    assert place.analysis is not None
    assert before.started_at is not None
    what = Compared(deploy.id, 2, ["web1"], ["web2", "web3", "web4"], before.started_at)
    found = analysis_of(compared).watch(place, place.analysis, what, lambda: False)
    assert found.verdict is compared.journal.looks.verdicts.newest(deploy.id) is Verdict.SUCCESSFUL
    assert before.state is StageState.COMPLETE
