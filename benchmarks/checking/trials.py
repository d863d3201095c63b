"""What is asked of ours while it checks: acknowledgements, an outage told, a restart."""

import time
from dataclasses import dataclass
from typing import Any

from benchmarks.checking.ours import Bot
from benchmarks.checking.scene import DOOMED, DOWN_AFTER, QUICK, doomed_name
from benchmarks.checking.targets import Targets
from bot.sandbox.slack.dispatch import ACK_WITHIN
from bot.sandbox.slack.server import Server

COMMANDS = (("/status", ""), ("/status", "checks s0"), ("/deploy", "status s0"), ("/status", "incidents"))
PAUSE = 0.25  # seconds between two commands
LONG = 60.0  # seconds that an outage may take beyond its due time, or a first sweep altogether
LOOK = 0.2


def acknowledged(slack: Server, number: int) -> list[float]:
    """Seconds until each of so many commands was acknowledged, the shortest first; what never was took all the time
    that Slack waits.
    """
    found = []
    for place in range(number):
        command, text = COMMANDS[place % len(COMMANDS)]
        delivery = slack.command("ana", command, text)
        found.append(ACK_WITHIN if delivery.acked_after is None else delivery.acked_after)
        time.sleep(PAUSE)
    return sorted(found)


def told_down(targets: Targets, slack: Server) -> list[float]:
    """How much later than down_after × every after its target's death each DOWN stood in the channel, in seconds.

    A target dies right after a good answer, so that its next check is a whole interval away.
    """
    died = {doomed_name(place): targets.die(place) for place in range(DOOMED)}
    deadline = time.monotonic() + DOWN_AFTER * QUICK + LONG
    while len(told := _told(slack)) < len(died):
        if time.monotonic() > deadline:
            said = "\n".join(message["text"] for message in slack.messages("alerts"))
            raise RuntimeError(f"no DOWN of {sorted(died.keys() - told.keys())}; there is:\n{said}")
        time.sleep(LOOK)
    return sorted(told[name] - at - DOWN_AFTER * QUICK for name, at in died.items())


def _told(slack: Server) -> dict[str, float]:
    """When each doomed service's DOWN was said."""
    found = {}
    for message in slack.messages("alerts"):
        words = message["text"].split(" · ")
        if words[0] == "DOWN" and words[1].startswith("doomed"):
            found.setdefault(words[1], float(message["ts"]))
    return found


@dataclass(frozen=True)
class Restart:
    """Seconds after a new start that followed a kill -9."""

    connected: float
    all_asked: float


def restart(bot: Bot, targets: Targets, checks: int) -> Restart:
    bot.kill()
    targets.mark(checks)
    began = time.time()
    bot.start()
    connected = time.time() - began
    return Restart(connected, first_sweep(targets) - began)


def first_sweep(targets: Targets) -> float:
    """When all checks had been asked since the mark."""
    deadline = time.monotonic() + 2 * LONG
    found: dict[str, Any] = targets.report()
    while found["complete_at"] is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {found['seen']} checks were asked")
        time.sleep(LOOK)
        found = targets.report()
    return float(found["complete_at"])
