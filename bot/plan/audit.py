"""The audit's chain: each row's hash is taken of the row and of the hash before it.

A row that is changed, removed or moved breaks the chain where it stood. Rows cut off the end leave a sound chain, and
so does one written anew from some row on: that is found by a head, the count and hash of a moment before, kept
elsewhere (in a table of its own, in an export, in a message).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.plan.canonical import canonical, digest
from bot.trail import EMPTY, GENESIS, AuditRow, Head

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class Why(StrEnum):
    CHANGED = "changed"  # the row is not what its hash was taken of
    UNLINKED = "unlinked"  # it does not follow the row before it: one was removed, added, moved or written anew
    TRUNCATED = "truncated"  # rows are missing at the end
    REWRITTEN = "rewritten"  # sound in itself, but not the chain that the head was taken of
    OVERHANGING = "overhanging"  # rows stand after the newest head: it was put back, or they were not added by the bot


@dataclass(frozen=True, slots=True)
class Broken:
    """`row` is the first that is wrong; None when rows are missing at the end."""

    row: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Sound:
    """Every row is as it was written. `head` can be kept, to be compared with later."""

    head: Head

    @property
    def count(self) -> int:
        return self.head.count


def link(previous: str, fields: Mapping[str, object]) -> str:
    """The hash of a row with these fields after a row with that hash: SHA-256 of the previous hash, a newline and the
    fields as canonical JSON. `sha256sum` finds the same, for whoever trusts no program of ours.
    """
    return digest(f"{previous}\n{canonical(fields)}")


def verify(rows: Iterable[AuditRow], newest: Head, known: Head = EMPTY) -> Broken | Sound:
    """Reads the rows in their order, all from the first. `newest` is the head that is kept beside them, which stands
    after the last; `known` one that was kept elsewhere before.
    """
    count, last = 0, GENESIS
    for row in rows:
        if row.previous != last:
            return Broken(row.id, Why.UNLINKED)
        if row.hash != _link(row):
            return Broken(row.id, Why.CHANGED)
        if count == newest.count:
            return Broken(row.id, Why.OVERHANGING)
        count, last = count + 1, row.hash
        if any(count == head.count and last != head.hash for head in (newest, known)):
            return Broken(row.id, Why.REWRITTEN)
    if count < max(newest.count, known.count):
        return Broken(None, Why.TRUNCATED)
    return Sound(Head(count, last))


def _link(row: AuditRow) -> str | None:
    """None for fields that the bot never writes, such as bytes: somebody else did."""
    try:
        return link(row.previous, row.fields)
    except (TypeError, ValueError):
        return None


def read_head(text: str) -> Head | None:
    """What `str` of a head printed; None when it is something else."""
    found = HEAD.fullmatch(text.strip())
    return Head(int(found[1]), found[2]) if found else None
