"""How an order goes, from what ECS says of its service deployment. Nothing is called here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.counting import count
from bot.managed import Course, Phase

Said = Mapping[str, Any]
PHASES = {
    "PENDING": Phase.RUNNING,
    "IN_PROGRESS": Phase.RUNNING,
    "SUCCESSFUL": Phase.DONE,
    "STOP_REQUESTED": Phase.GOING_BACK,
    "STOPPED": Phase.FAILED,
    "ROLLBACK_REQUESTED": Phase.GOING_BACK,
    "ROLLBACK_IN_PROGRESS": Phase.GOING_BACK,
    "ROLLBACK_SUCCESSFUL": Phase.BACK,
    "ROLLBACK_FAILED": Phase.FAILED,
}
STEADY = "has reached a steady state"
TROUBLES = ("unable to", "is unhealthy", "failed", "insufficient")
MOST = 3  # troubles
REASONS = 5  # of tasks, in one message


def course_of(deployment: Said, reasons: Sequence[str] = (), stuck: Sequence[str] = ()) -> Course:
    """Of a service deployment whose target is the order's own task definition. `reasons` are those of its tasks,
    `stuck` what ECS says of tasks that it cannot start.
    """
    phase = PHASES.get(deployment["status"], Phase.RUNNING)
    hook, passed = paused(deployment)
    if phase is Phase.RUNNING and hook:
        words = f"waits before traffic goes over{_until(hook)}"
        return Course(Phase.WAITING, share_of(deployment), words, checkpoint=passed - 1)
    words = words_of(deployment)
    if phase is Phase.RUNNING:
        return Course(phase, share_of(deployment), " · ".join([words, *stuck[:1]]))
    told = (*_own(deployment), *reasons, *stuck) if phase is not Phase.DONE else ()
    return Course(phase, share_of(deployment), words, tuple(dict.fromkeys(told)))


def paused(deployment: Said) -> tuple[Said | None, int]:
    """The pause that waits, and how many were passed. The first comes before any traffic: it is no checkpoint."""
    pauses = [one for one in deployment.get("lifecycleHookDetails", ()) if one.get("targetType") == "PAUSE"]
    waits = next((one for one in pauses if one.get("status") == "AWAITING_ACTION"), None)
    return waits, sum(one.get("status") == "SUCCEEDED" for one in pauses)


def share_of(deployment: Said) -> int | None:
    """Of traffic where ECS shifts it, else of tasks."""
    target = deployment.get("targetServiceRevision") or {}
    shifts = deployment.get("deploymentConfiguration", {}).get("strategy", "ROLLING") != "ROLLING"
    if shifts and "requestedProductionTrafficWeight" in target:
        return int(target["requestedProductionTrafficWeight"])
    wanted = target.get("requestedTaskCount") or 0
    return min(100, 100 * int(target.get("runningTaskCount", 0)) // wanted) if wanted else None


def words_of(deployment: Said) -> str:
    target = deployment.get("targetServiceRevision") or {}
    tasks = _run_it(target.get("runningTaskCount", 0), target.get("requestedTaskCount", 0))
    stage = str(deployment.get("lifecycleStage", "")).lower().replace("_", " ")
    failed = deployment.get("deploymentCircuitBreaker", {}).get("failureCount", 0)
    parts = [tasks, stage, f"{count(failed, 'task')} did not start" if failed else ""]
    return " · ".join(part for part in parts if part)


def _run_it(running: int, wanted: int) -> str:
    return f"{running:,} of {count(wanted, 'task runs', 'tasks run')} it"


def _own(deployment: Said) -> list[str]:
    """ECS' reasons for the whole of it."""
    alarms = deployment.get("alarms", {}).get("triggeredAlarmNames", ())
    said = [f"alarm {', '.join(alarms)} went off"] if alarms else []
    said += [deployment.get("rollback", {}).get("reason", ""), deployment.get("statusReason", "")]
    return [one for one in said if one]


def task_reasons(tasks: Sequence[Said], definition: str) -> list[str]:
    """Why tasks of this definition stopped, the most frequent first: `web: exit code 137 (3 tasks)`."""
    counts: dict[str, int] = {}
    for task in tasks:
        if task.get("taskDefinitionArn") == definition and (words := stop_words(task)):
            counts[words] = counts.get(words, 0) + 1
    ordered = sorted(counts, key=lambda words: -counts[words])[:REASONS]
    return [f"{words} ({count(counts[words], 'task')})" if counts[words] > 1 else words for words in ordered]


def stop_words(task: Said) -> str:
    """Why a task stopped: its containers' ends, and what ECS says of it."""
    ends = []
    for one in task.get("containers", ()):
        parts = [f"exit code {one['exitCode']}"] if one.get("exitCode") else []
        parts += [str(one["reason"])] if one.get("reason") else []
        ends += [f"{one['name']}: {', '.join(parts)}"] if parts else []
    said = str(task.get("stoppedReason", ""))
    return "; ".join([*ends, said] if said and said not in ends else ends)


def troubles(service: Said, since: datetime) -> tuple[str, ...]:
    """What ECS says since then of why it is not so far, the newest first; what was before its last steady state is
    over.
    """
    said = []
    for event in service.get("events", ()):
        message = event.get("message", "")
        if STEADY in message or event.get("createdAt", since) < since:
            break
        if any(word in message for word in TROUBLES):
            said.append(message)
    return tuple(dict.fromkeys(said))[:MOST]


def by_service(service: Said, definition: str) -> Course:
    """The same where service deployments cannot be asked for, from the service's own list of deployments."""
    primary: Said = next((one for one in service["deployments"] if one["status"] == "PRIMARY"), {})
    settled = primary.get("rolloutState", "COMPLETED") == "COMPLETED"
    if primary.get("taskDefinition") != definition:
        reason = primary.get("rolloutStateReason", "")
        return Course(Phase.BACK if settled else Phase.GOING_BACK, None, "", (reason,) if reason else ())
    running, wanted = primary.get("runningCount", 0), primary.get("desiredCount", 0)
    share, words = (100 * running // wanted if wanted else None), _run_it(running, wanted)
    if primary.get("rolloutState") == "FAILED":
        return Course(Phase.FAILED, share, words, (primary.get("rolloutStateReason", "ECS says that it failed"),))
    return Course(Phase.DONE if settled else Phase.RUNNING, share, words)


def _until(hook: Said) -> str:
    ends = hook.get("expiresAt")
    return f" until {ends:%H:%M} UTC" if ends else ""
