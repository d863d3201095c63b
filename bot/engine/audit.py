"""Who did what, when, why, to what: written down where it happens, in the transaction of the act itself."""

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from bot.engine.clock import Clock
from bot.model import Target
from bot.plan.audit import Broken, Sound, link, verify
from bot.plan.redact import redacted
from bot.secrecy import NONE, Secrets
from bot.state.audit import Audits, trail
from bot.state.database import Database
from bot.trail import EMPTY, AuditRow, Head, What


class Audit:
    """`secrets` are known ones, which are hidden wherever somebody typed them."""

    def __init__(self, db: Database, clock: Clock, secrets: Secrets = NONE) -> None:
        self._audits = Audits(db)
        self._clock = clock
        self._secrets = secrets

    def note(
        self,
        who: str,
        what: What,
        subject: str = "",
        target: Target | None = None,
        why: str = "",
        before: str = "",
        after: str = "",
    ) -> AuditRow:
        """One row. Within a transaction it stands or falls with what else is written there.

        `who` is a Slack user id or THE_BOT, `subject` names what was acted on (`deploy 41`, the words of a command).
        Raises StateError.
        """
        texts = {
            "who": who,
            "what": what.value,
            "subject": subject,
            "target": str(target or ""),
            "why": why,
            "before": before,
            "after": after,
        }
        now = self._clock.now().astimezone(UTC).isoformat(timespec="microseconds")
        return self._audits.append(
            {"at": now, **{name: redacted(text, self._secrets) for name, text in texts.items()}}, link
        )

    def newest(self, limit: int) -> list[AuditRow]:
        """The newest first."""
        return self._audits.newest(limit)


def verify_file(path: Path, known: Head = EMPTY) -> Broken | Sound:
    """Whether every row of this database is as it was written. Never writes. Raises StateError."""
    with trail(path) as found:
        return verify(found.rows, found.head, known)


def export_file(path: Path) -> Iterator[str]:
    """Every row as one line of JSON, with its hashes, in their order. Never writes. Raises StateError."""
    with trail(path) as found:
        for row in found.rows:
            line = {**row.fields, "previous": row.previous, "hash": row.hash}
            yield json.dumps(line, ensure_ascii=False, default=repr)
