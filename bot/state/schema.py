"""Every table, brought to this version of the program."""

from bot.state import outbox
from bot.state.database import Database

TABLES = (outbox.MIGRATIONS,)


def apply_all(db: Database) -> None:
    """Applies what is missing; all of it or nothing. Safe to call at every start."""
    with db.transaction() as here:
        for migrations in TABLES:
            migrations.apply(here)
