"""How an order goes on a stack, in words, and what a person must do where AWS cannot go on."""

from bot.backends.cloudformation.events import Run
from bot.backends.cloudformation.stack import STUCK
from bot.counting import count
from bot.managed import Course, Phase

PHASES = {
    "CREATE_COMPLETE": Phase.DONE,
    "UPDATE_COMPLETE": Phase.DONE,
    "IMPORT_COMPLETE": Phase.DONE,
    "ROLLBACK_IN_PROGRESS": Phase.GOING_BACK,
    "UPDATE_ROLLBACK_IN_PROGRESS": Phase.GOING_BACK,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Phase.GOING_BACK,
    "UPDATE_ROLLBACK_COMPLETE": Phase.BACK,
}
"""Any other state is at work while its name ends so, and else a failure."""
NAMED = 3  # resources at work


def course_of(name: str, run: Run) -> Course:
    """`name` is the stack's. How many resources CloudFormation will touch in the end it does not say."""
    if not run.status:
        return Course(Phase.UNBEGUN)
    at_work = Phase.RUNNING if run.status.endswith("_IN_PROGRESS") else Phase.FAILED
    phase = PHASES.get(run.status, at_work)
    return Course(phase, 100 if phase is Phase.DONE else None, _words(name, run, phase), _reasons(run, phase))


def _words(name: str, run: Run, phase: Phase) -> str:
    if run.status in STUCK:
        return f"stack {name} is {run.status}: {STUCK[run.status].format(name=name)}"
    if phase is Phase.BACK:
        return f"stack {name} stands again as before"
    if run.status.endswith("CLEANUP_IN_PROGRESS"):
        return f"{count(len(run.done), 'resource')} done, what was replaced is being deleted"
    at_work = ", ".join(run.working[:NAMED])
    more = f" and {len(run.working) - NAMED} more" if len(run.working) > NAMED else ""
    done = f"{count(len(run.done), 'resource')} done"
    return f"{done}, at work: {at_work}{more}" if at_work else done


def _reasons(run: Run, phase: Phase) -> tuple[str, ...]:
    if phase in (Phase.DONE, Phase.RUNNING):
        return ()
    return run.failures or ((run.reason,) if run.reason else ())
