"""A command's form as plain data, for `python -m bot parse`."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from bot.fleet import duration_text
from bot.grammar import (
    AbortOf,
    AckOf,
    Amount,
    AutoOf,
    ChecksOf,
    CloseOf,
    DeployCommand,
    DeployTo,
    Form,
    FreezeOf,
    Help,
    HistoryOf,
    HoldOf,
    IncidentsNow,
    LockOf,
    Locks,
    PlanOf,
    PromoteTo,
    RollbackOf,
    ScaleCommand,
    ScalePlanOf,
    ScaleTo,
    SilenceOf,
    SilencesNow,
    StatusCommand,
    StatusOf,
    UnfreezeOf,
    UnlockOf,
    UnsilenceOf,
    Until,
)

CALLED: dict[type, str] = {
    DeployTo: "deploy",
    PlanOf: "plan",
    RollbackOf: "rollback",
    PromoteTo: "promote",
    AbortOf: "abort",
    LockOf: "lock",
    UnlockOf: "unlock",
    Locks: "locks",
    FreezeOf: "freeze",
    UnfreezeOf: "unfreeze",
    StatusOf: "status",
    HistoryOf: "history",
    SilenceOf: "silence",
    UnsilenceOf: "unsilence",
    SilencesNow: "silences",
    AckOf: "ack",
    CloseOf: "close",
    ChecksOf: "checks",
    IncidentsNow: "incidents",
    ScaleTo: "scale",
    AutoOf: "scale auto",
    HoldOf: "scale hold",
    ScalePlanOf: "scale plan",
    Help: "help",
    Form: "form",
}
NOT_GIVEN: dict[str, Any] = {
    "service": None,
    "ref": None,
    "environment": None,
    "hosts": [],
    "force": None,
    "strategy": None,
    "now": False,
    "wait": False,
    "deploy": None,
    "incident": None,
    "reason": None,
    "lease": None,
    "until": None,
    "amount": None,
}
Read = DeployCommand | StatusCommand | ScaleCommand


def spelled(slash: str, read: Read) -> dict[str, Any]:
    """Every field of every form, those that were not given as null, [] or false; `text` is how the bot would put it."""
    parts = read.of if isinstance(read, PlanOf) else read
    given = {field.name: _plain(getattr(parts, field.name)) for field in fields(parts)}
    words = str(read).removeprefix("status").strip() if slash == "status" else str(read)
    text = f"/{slash} {words}"
    return {"command": _called(read), **NOT_GIVEN, **given, "text": text.strip()}


def _called(read: Read) -> str:
    """`deploy`, `plan`; `plan rollback` and `plan promote` where that is what the plan is of."""
    if isinstance(read, PlanOf) and not isinstance(read.of, DeployTo):
        return f"plan {CALLED[type(read.of)]}"
    return CALLED[type(read)]


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, Until | Amount):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
