"""What is said of a host that Systems Manager could not reach."""

from bot.backends.ssm.wire import Agent, Invocation
from bot.counting import count

GONE = "InvalidInstanceId"
"""SSM's word when it knows no agent of one of the instances."""

NO_ANSWER = "Systems Manager says nothing of what became of it there: it must be read again"
TOO_LONG = "its answer was longer than Systems Manager passes on (24,000 characters)"

NO_AGENT = (
    "no connection: Systems Manager knows no agent on it. It needs the SSM agent, a way to AWS, and a profile with "
    " AmazonSSMManagedInstanceCore"
)

ENDS = {
    "DeliveryTimedOut": "its SSM agent did not fetch the script in time: is the instance up, and its agent running?",
    "ExecutionTimedOut": "the script did not end in time",
    "Undeliverable": "no connection: Systems Manager could not deliver the script",
    "InvalidPlatform": "the instance does not run Linux, and a script for `sh` is of no use to it",
    "AccessDenied": "its SSM agent is not allowed to run the script: look at the instance's profile",
    "Cancelled": "the script was cancelled in Systems Manager",
}


def silent(agent: Agent | None) -> str:
    if agent is None:
        return NO_AGENT
    heard = f", last heard {agent.heard_at:%Y-%m-%d %H:%M:%S %Z}" if agent.heard_at else ""
    return f"no connection: its SSM agent is not there ({agent.ping}{heard})"


def not_run(one: Invocation, bears: int | None) -> str:
    if one.why == "Terminated":
        return f"not begun: more than {count(bears or 0, 'host')} had failed, and Systems Manager stopped sending"
    return ENDS.get(one.why, f"Systems Manager says {one.details or one.status}")


def cut(one: Invocation, errors: str) -> str:
    said = errors.strip().splitlines()
    return f"the script was cut off ({one.details or one.status}): {said[-1] if said else 'no output'}"
