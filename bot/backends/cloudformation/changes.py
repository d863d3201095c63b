"""What a change set would do, in words, the most dangerous first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Danger(IntEnum):
    """In this order they are shown."""

    REPLACED = 0  # what it holds may be lost, and its name and address change
    REMOVED = 1
    MAYBE_REPLACED = 2  # AWS knows when it happens
    UNCLEAR = 3  # of a nested stack, or by an action that we do not know
    CHANGED = 4
    IMPORTED = 5
    ADDED = 6


WORDS = {
    Danger.REPLACED: "replaced",
    Danger.REMOVED: "removed",
    Danger.MAYBE_REPLACED: "perhaps replaced",
    Danger.UNCLEAR: "not known before it happens",
    Danger.CHANGED: "changed",
    Danger.IMPORTED: "taken over as it is",
    Danger.ADDED: "added",
}
ACTIONS = {"Add": Danger.ADDED, "Remove": Danger.REMOVED, "Import": Danger.IMPORTED}
REPLACEMENT = {"True": Danger.REPLACED, "Conditional": Danger.MAYBE_REPLACED, "False": Danger.CHANGED}
KEPT = {"Retain": "kept outside of the stack", "Snapshot": "after a snapshot"}
"""What becomes of a resource that goes, where it is not simply deleted."""


@dataclass(frozen=True, slots=True)
class Change:
    """`why` are the properties that change; `fate` is what becomes of what goes, `drift` that a hand changed it."""

    resource: str
    kind: str  # AWS::RDS::DBInstance
    danger: Danger
    why: tuple[str, ...] = ()
    fate: str = ""
    drift: str = ""

    def __str__(self) -> str:
        reasons = f" for {', '.join(self.why)}" if self.why else ""
        rest = "".join(f", {words}" for words in (self.fate, self.drift) if words)
        return f"{self.resource} ({self.kind}) {WORDS[self.danger]}{reasons}{rest}"


def changes_of(found: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Those of `Changes` in AWS's answer."""
    changes = [_change(one["ResourceChange"]) for one in found if "ResourceChange" in one]
    return tuple(sorted(changes, key=lambda change: (change.danger, change.kind, change.resource)))


def _change(one: Mapping[str, Any]) -> Change:
    policy = str(one.get("PolicyAction", ""))
    fate = next((words for name, words in KEPT.items() if policy.endswith(name)), "")
    drifted = one.get("ResourceDriftStatus") in ("MODIFIED", "DELETED")
    return Change(
        resource=one.get("LogicalResourceId", "?"),
        kind=one.get("ResourceType", "?"),
        danger=_danger(one),
        why=_why(one.get("Details", ())),
        fate=fate,
        drift="changed by hand meanwhile" if drifted else "",
    )


def _danger(one: Mapping[str, Any]) -> Danger:
    action = one.get("Action", "")
    if action in ("Modify", "SyncWithActual"):
        return REPLACEMENT.get(one.get("Replacement", "False"), Danger.UNCLEAR)
    return ACTIONS.get(action, Danger.UNCLEAR)


def _why(details: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    targets = [one.get("Target", {}) for one in details]
    names = [one.get("Name") or one.get("Attribute", "") for one in targets]
    return tuple(sorted({name for name in names if name}))
