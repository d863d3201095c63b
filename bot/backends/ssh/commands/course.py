"""The whole way of an order on a host as one script: each question and each process costs a host as much as a step.

It takes the place and starts a runner, which goes through step after step and leaves the place when the order has ended
here. The runner says each step before it starts it: without anybody who hears that it dies of it, and the same script,
sent again, finds what ran and goes on there. A step that takes long ends the answer with `running`: whoever asked asks
again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.backends.base import Order, Site, StepSpec
from bot.backends.ssh.commands.order import BEGIN, KEPT_ORDERS, LEAVE, LOCK, SWITCH
from bot.backends.ssh.commands.parcel import RECEIVE
from bot.backends.ssh.commands.steps import ENSURE, KILL_AFTER_SECONDS, MAX_ATTEMPTS, RUN, STOP, TAIL_BYTES
from bot.backends.ssh.commands.text import checked_order, checked_sha, directory, script
from bot.model import Step

Commands = Mapping[Step, StepSpec]
"""What each step's `command` file holds, and how long it may take; in the order of the steps."""

BRING = """
if [ "$restarted" = 0 ]; then leave; finish; fi
if [ "$current" != "$sha" ] && [ -z "$complete" ]; then
  :
  {BUILD}
fi
switch
{RESTART}
echo 'done yes'
leave
finish
"""

PREPARE = """
if [ "$current" != "$sha" ] && [ -z "$complete" ]; then
  :
  {BUILD}
  mine
  : >".pointsman/complete/$sha"
fi
{BESIDE}
echo 'done yes'
leave
finish
"""

IN_CURRENT = """
if [ -z "$current" ]; then leave; finish; fi
{STEP}
echo 'done yes'
leave
{SAID}
finish
"""

FORGET = 'forget "$own"'
"""What was unpacked takes room on the disk only once."""

SAID = """
printf 'log %s\\n' "$dir"
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every script of an order is about. `wait` and `lease` in seconds."""

    site: Site
    order: Order
    lease: int
    wait: float

    def values(self) -> dict[str, str]:
        return {
            "path": directory(self.site.path),
            "order": checked_order(self.order.id),
            "sha": checked_sha(self.order.sha) if self.order.sha else "",
            "lease": str(self.lease),
            "wait": f"{self.wait:g}",
            "keep": str(self.site.keep),
            "protect": " ".join(sorted(map(checked_sha, self.order.protect))),
            "kept_orders": str(KEPT_ORDERS),
            "kill_after": str(KILL_AFTER_SECONDS),
            "max_attempts": str(MAX_ATTEMPTS),
            "tail_bytes": str(TAIL_BYTES),
        }


def bring(frame: Frame, commands: Commands, halt: bool = False) -> str:
    """Fetch to restart, as far as it was not done already; then tidies up and leaves.

    Answers current and restarted (how this order's restart ended before) as they were found, and each `step` that
    begins; at the end done, or why not: exit (status, and `timeout` if the step was stopped for its time; after
    `stopped` if it was halted) with the tail of its log, before (the step that a halt kept from beginning), running,
    vanished, held, superseded or refused. With `halt` no further step begins. Where the site is pushed to it may say
    `want` first: see RECEIVE.
    """
    checked_sha(frame.order.sha)
    main = BRING.replace("{BUILD}", _build(frame, commands)).replace("{RESTART}", _ensure(Step.RESTART))
    return _course(frame, main, commands, halt)


def prepare(frame: Frame, commands: Commands, halt: bool = False) -> str:
    """Fetch to test, as far as it was not done already, then `beside`, if there is one; never switches. Answers as
    `bring`.
    """
    checked_sha(frame.order.sha)
    beside = _ensure(Step.BESIDE) if Step.BESIDE in commands else ""
    return _course(
        frame, PREPARE.replace("{BUILD}", _build(frame, commands)).replace("{BESIDE}", beside), commands, halt
    )


def in_current(frame: Frame, step: Step, commands: Commands, halt: bool = False) -> str:
    """Only this step, in what is current; without one it leaves. Answers as `bring`, with the tail of its log also
    when a command ended well.
    """
    said = SAID if step is Step.COMMAND else ""
    return _course(frame, IN_CURRENT.replace("{STEP}", _ensure(step)).replace("{SAID}", said), commands, halt)


def begin(frame: Frame) -> str:
    """Only takes the place; answers what `bring` does before any step."""
    return script({**frame.values(), "steps": "", "halt": ""}, LOCK + BEGIN + "\nbegin")


def stop(frame: Frame) -> str:
    """Ends a running step with all it started, and no further one begins; answers halted, superseded or refused."""
    return script(frame.values(), LOCK + STOP)


def _course(frame: Frame, main: str, commands: Commands, halt: bool) -> str:
    pushed = frame.site.pushed and Step.UNPACK in commands
    values = {
        **frame.values(),
        "steps": " ".join(["parcel", *commands] if pushed else commands),
        "halt": "yes" if halt else "",
        **{f"{step}_seconds": f"{spec.timeout.total_seconds():g}" for step, spec in commands.items()},
        **{f"{step}_hundredths": str(int(spec.timeout.total_seconds() * 100)) for step, spec in commands.items()},
        **{f"{step}_command": spec.command for step, spec in commands.items()},
    }
    course = f"course() {{\nexec </dev/null 2>/dev/null\n{main.strip()}\n}}\n"
    work = RECEIVE + "begin\nreceive\nrun" if pushed else "begin\nrun"
    return script(values, LOCK + BEGIN + SWITCH + LEAVE + ENSURE + RUN + course + work)


def _build(frame: Frame, commands: Commands) -> str:
    after = (Step.BESIDE, Step.RESTART)
    lines = [_ensure(step) for step in commands if step not in after]
    return "\n  ".join([lines[0], FORGET, *lines[1:]] if frame.site.pushed else lines)


def _ensure(step: Step) -> str:
    return f'ensure {step} "${step}_seconds" "${step}_hundredths" "${step}_command"'
