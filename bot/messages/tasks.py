"""Plan and task cards: what is done, what runs, what comes."""

from collections import Counter
from collections.abc import Sequence

from slack_sdk.models.blocks import PlanBlock, TaskCardBlock

from bot.messages import limits
from bot.messages.limits import NOTHING, Block, cut, size
from bot.messages.remembered import remembered
from bot.messages.rich import rich
from bot.messages.words import count

WORST_FIRST = ("error", "in_progress", "pending", "complete")


@remembered
def task(task_id: str, title: str, status: str, details: str = "", output: str = "") -> Block:
    """One task. `title` is plain text, `details` and `output` are mrkdwn; status is pending, in_progress, complete or
    error (model.StageState).
    """
    return TaskCardBlock(
        task_id=task_id,
        title=cut(" ".join(title.split()) or NOTHING, limits.TASK_TITLE),
        status=str(status),
        details=rich(cut(details, limits.TASK_TEXT)) if details else None,
        output=rich(cut(output, limits.TASK_TEXT)) if output else None,
    ).to_dict()


def plan(title: str, tasks: Sequence[Block]) -> Block:
    """Up to 50 tasks under a plain-text title; beyond that, those already done (else the last ones) become one."""
    shown = _fewer(list(tasks))
    _lighten(shown)
    return PlanBlock(title=cut(" ".join(title.split()) or NOTHING, limits.TASK_TITLE), tasks=shown).to_dict()


def _fewer(tasks: list[Block]) -> list[Block]:
    excess = len(tasks) - limits.TASKS
    if excess <= 0:
        return tasks
    folded = excess + 1
    if all(one["status"] == "complete" for one in tasks[:folded]):
        return [_folded(tasks[:folded], "earlier"), *tasks[folded:]]
    return [*tasks[:-folded], _folded(tasks[-folded:], "more")]


def _folded(tasks: list[Block], where: str) -> Block:
    states = Counter(one["status"] for one in tasks)
    worst = next(state for state in WORST_FIRST if states[state])
    parts = ", ".join(f"{states[state]:,} {state.replace('_', ' ')}" for state in WORST_FIRST if states[state])
    return task(f"folded-{where}", f"{count(len(tasks), f'{where} task')}: {parts}", worst)


def _lighten(tasks: list[Block]) -> None:
    """Takes the details of finished tasks, then of all, until the plan leaves room for the rest of the message."""
    order = sorted(range(len(tasks)), key=lambda number: -WORST_FIRST.index(tasks[number]["status"]))
    total = size(tasks)
    for number in order:
        if total <= limits.SHARE:
            return
        bare = {key: part for key, part in tasks[number].items() if key not in ("details", "output")}
        total -= size(tasks[number]) - size(bare)
        tasks[number] = bare
