"""`python -m bot audit`"""

from pathlib import Path

import click

from bot.cli.options import env_file
from bot.counting import count
from bot.engine.audit import export_file, verify_file
from bot.plan.audit import Broken, Sound, Why, read_head
from bot.settings import database_file
from bot.trail import EMPTY, Head

WORDS = {
    Why.CHANGED: "Row {row} is not what was written: somebody changed it.",
    Why.UNLINKED: "Row {row} does not follow the row before it: one was removed, added, moved or written anew there.",
    Why.TRUNCATED: "Rows are missing at the end: there are fewer than the head counts.",
    Why.REWRITTEN: "Row {row} is not the row that the head was taken of: the rows up to it were written anew.",
    Why.OVERHANGING: "Row {row} stands after the end that the head tells: it was added, or the head was put back.",
}


def _head(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Head:
    found = read_head(value) if value else EMPTY
    if found is None:
        raise click.BadParameter("is COUNT:HASH, as `audit verify` printed it, such as 41:9f86d081…")
    return found


@click.group("audit")
def command() -> None:
    """Verify or export who did what, when and why; also while the bot runs."""


@command.command("verify")
@click.option("--head", "known", callback=_head, help="COUNT:HASH printed before: the rows up to it must be the same.")
@env_file
@click.pass_context
def verify(ctx: click.Context, known: Head, env_file: Path) -> None:
    """Find a row that was changed or removed; exit 1 if there is one."""
    found = verify_file(database_file(env_file=env_file), known)
    click.echo(verdict(found))
    if isinstance(found, Broken):
        ctx.exit(1)


@command.command("export")
@env_file
def export(env_file: Path) -> None:
    """Print every row as a line of JSON, oldest first."""
    for line in export_file(database_file(env_file=env_file)):
        click.echo(line)


def verdict(found: Broken | Sound) -> str:
    """What stands in the audit, and what to do next."""
    if isinstance(found, Sound):
        rows = count(found.count, "row")
        return (
            f"{rows}, all as they were written.\nHead {found.head}\nKeep it elsewhere: --head finds rows written anew."
        )
    what = WORDS[found.why].format(row=found.row)
    return f"{what}\nKeep the file as it is, and compare `audit export` with an older export or backup."
