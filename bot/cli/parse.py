"""`python -m bot parse`"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.names import named
from bot.cli.options import env_file
from bot.cli.spelled import spelled
from bot.fleet import Fleet, load_fleet_file
from bot.grammar import (
    DEPLOY_USAGE,
    STATUS_USAGE,
    DeployCommand,
    Misread,
    StatusCommand,
    near_verbs,
    nearest,
    parse_deploy,
    parse_status,
    shown,
)
from bot.messages.refusals import words
from bot.refusals import Reason, Refusal
from bot.settings import command_prefix, fleet_file

REFUSED = 2


@click.command("parse")
@click.argument("text")
@click.option(
    "--fleet",
    "fleet_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Check its names against this fleet file.  [default: FLEET_FILE or fleet.yaml, if it is there]",
)
@env_file
@click.pass_context
def command(ctx: click.Context, text: str, fleet_path: Path | None, env_file: Path) -> None:
    """Say what the bot would understand of a command such as '/deploy shop@1.4.2 to production', as JSON; exit 2 on a
    refusal.
    """
    path = fleet_path or fleet_file(env_file=env_file)
    fleet = load_fleet_file(path) if fleet_path or path.exists() else None
    answer = answered(text, command_prefix(env_file=env_file), fleet)
    click.echo(json.dumps(answer, indent=2))
    ctx.exit(REFUSED if "refused" in answer else 0)


def answered(text: str, prefix: str, fleet: Fleet | None) -> dict[str, Any]:
    """The command or its refusal, as it is printed. Without a fleet only the form is looked at."""
    name, rest = [*text.split(maxsplit=1), "", ""][:2]
    slash = _slash_command(name, prefix)
    if slash is None:
        known = (f"/{prefix}deploy", f"/{prefix}status")
        what = f"{shown(name)} is no command; there are {known[0]} and {known[1]}"
        return _refusal(what, "", f"{known[0]} … or {known[1]} …", nearest(name, known))
    read = parse_deploy(rest) if slash == "deploy" else parse_status(rest)
    if isinstance(read, Misread):
        return _refusal(read.what, read.understood, read.usage, read.near)
    found = named(fleet, read) if fleet else read
    if isinstance(found, Refusal):
        return _unknown(found, slash, read)
    return spelled(slash, found)


def _slash_command(name: str, prefix: str) -> str | None:
    """`/deploy`, `/PREFIXdeploy` or `deploy`, whatever their case."""
    typed = name.lower().removeprefix("/")
    return next((one for one in ("deploy", "status") if typed in (one, f"{prefix}{one}")), None)


def _unknown(refusal: Refusal, slash: str, read: DeployCommand | StatusCommand) -> dict[str, Any]:
    """A name that the fleet does not have; what is no service may have been meant as a verb."""
    if refusal.reason is Reason.UNKNOWN_SERVICE and slash == "deploy":
        refusal = replace(refusal, near=(*refusal.near, *near_verbs(refusal.name)))
    made_sense = spelled(slash, read)["text"]
    what, way_out = words(refusal, datetime.now(UTC))
    if refusal.reason is Reason.UNREADABLE:
        return _refusal(what, made_sense, refusal.name, refusal.near)
    usage = DEPLOY_USAGE if slash == "deploy" else STATUS_USAGE
    return _refusal(f"{what} {way_out}", made_sense, usage, refusal.near)


def _refusal(reason: str, made_sense: str, usage: str, near: tuple[str, ...]) -> dict[str, Any]:
    return {"refused": True, "reason": reason, "understood": made_sense or None, "usage": usage, "near": list(near)}
