"""What a system does that brings releases by itself, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.managed import ManagedFacts, Pace, TaskRun
from bot.messages.handed import does_words, ended_words, standing_words
from bot.messages.task_runs import task_begun_message, task_message
from bot.model import HostState
from bot.records import Handed, HostLine
from tests.building import TARGET, a_deploy, a_plan, release

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
GOOD = release("1.4.1").sha


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ManagedFacts(None), "runs nothing of ours yet"),
        (ManagedFacts(GOOD), f"runs {GOOD[:7]}"),
        (ManagedFacts(GOOD, parts=4), f"runs {GOOD[:7]} in 4 parts"),
        (ManagedFacts(GOOD, drift=("a <hand> was here",)), f"runs {GOOD[:7]} · :warning: a &lt;hand&gt; was here"),
        (ManagedFacts("ami-0abc"), "runs ami-0abc · :warning: not 1.4.1, which was deployed last"),
    ],
)
def test_the_preflight_says_what_runs_and_what_is_not_as_it_should_be(facts: ManagedFacts, words: str) -> None:
    assert standing_words(a_deploy(), facts) == words


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        (HostState.RESTORED, "exit code 1", "exit code 1; it went back by itself"),
        (HostState.RESTORED, "", "it did not succeed; it went back by itself"),
        (HostState.UNHEALTHY, "exit code 1", "exit code 1"),
        (HostState.UNKNOWN, "", "unknown"),
    ],
)
def test_how_it_ended_is_never_called_a_success(state: HostState, detail: str, words: str) -> None:
    assert ended_words(HostLine("shop (ECS)", 0, state, detail=detail)) == words


def test_the_plan_lists_what_would_change_and_says_nothing_of_hosts() -> None:
    handed = Handed(Pace(), ("web runs <1> in the place of <2>",))
    plan = a_plan(1)
    assert does_words(plan) == ""
    changed = replace(plan, handed=handed)
    assert does_words(changed) == "*Changes*\n• web runs &lt;1&gt; in the place of &lt;2&gt;"


RUN = TaskRun(7, TARGET, "migrate", "U0ANA", NOW)


@pytest.mark.parametrize(
    ("run", "words", "line"),
    [
        (RUN, "", "Task 7 · migrate of shop in production · begins"),
        (RUN, "provisioning", "Task 7 · migrate of shop in production · provisioning"),
        (
            TaskRun(7, TARGET, "migrate", "U0ANA", NOW, "arn", NOW + timedelta(seconds=41), True, "ended with 0"),
            "",
            "✓ Task 7 · migrate of shop in production done: ended with 0 · 41 s",
        ),
        (
            TaskRun(7, TARGET, "migrate", "U0ANA", NOW, "arn", NOW + timedelta(seconds=41), False, "exit code 3"),
            "",
            "✗ Task 7 · migrate of shop in production failed: exit code 3 · 41 s",
        ),
    ],
)
def test_a_task_has_one_message_that_says_it_all(run: TaskRun, words: str, line: str) -> None:
    assert task_message(run, words).text == line


def test_who_asked_for_a_task_is_told_where_it_ends() -> None:
    assert task_begun_message(RUN, "#deploys").text == "Task 7 begins: migrate of shop; #deploys tells how it ends."
