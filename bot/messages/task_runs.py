"""A command that is run once: its one message, edited in place when it ends."""

from bot.managed import TaskRun
from bot.messages.blocks import content, section
from bot.messages.words import duration, escape, user
from bot.model import Content


def task_message(run: TaskRun, words: str = "") -> Content:
    """`Task 7 · migrate of shop in production · runs`; `words` is what the system says meanwhile, plain."""
    what = f"Task {run.id} · {escape(run.task)} of {escape(run.target.service)} in {escape(run.target.environment)}"
    if run.finished_at is None:
        line = f"{what} · {escape(words) or 'begins'}"
        return content(line, [section(f"*{line}* · {user(run.requester)}")])
    took = duration(run.finished_at - run.created_at)
    line = f"{'✓' if run.ok else '✗'} {what} {'done' if run.ok else 'failed'}: {escape(run.result)} · {took}"
    again = f"`/deploy run {run.target.service} {run.task} in {run.target.environment}`"
    more = [] if run.ok else [section(f"Look at its log, mend what failed, then {again}.")]
    return content(line, [section(f"*{line}* · {user(run.requester)}"), *more])


def task_begun_message(run: TaskRun, channel: str) -> Content:
    """What whoever asked for it sees."""
    line = f"Task {run.id} begins: {escape(run.task)} of {escape(run.target.service)}; {channel} tells how it ends."
    return content(line, [section(line)])
