"""`python -m bot parse`"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.names import named
from bot.cli.options import env_file
from bot.cli.spelled import Read, spelled
from bot.fleet import Fleet, load_fleet_file
from bot.grammar import (
    DEPLOY_USAGE,
    SCALE_USAGE,
    STATUS_USAGE,
    Misread,
    near_verbs,
    nearest,
    parse_deploy,
    parse_scale,
    parse_status,
    shown,
)
from bot.messages.refusals import words
from bot.refusals import Reason, Refusal
from bot.settings import command_prefix, fleet_file

REFUSED = 2
PARSERS: Mapping[str, Callable[[str], Read]] = {"deploy": parse_deploy, "scale": parse_scale, "status": parse_status}
USAGES = {"deploy": DEPLOY_USAGE, "scale": SCALE_USAGE, "status": STATUS_USAGE}


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
        *some, last = (f"/{prefix}{one}" for one in PARSERS)
        what = f"{shown(name)} is no command; there are {', '.join(some)} and {last}"
        return _refusal(what, "", " or ".join(f"{one} …" for one in (*some, last)), nearest(name, (*some, last)))
    read = PARSERS[slash](rest)
    if isinstance(read, Misread):
        return _refusal(read.what, read.understood, read.usage, read.near)
    found = named(fleet, read) if fleet else read
    if isinstance(found, Refusal):
        return _unknown(found, slash, read)
    return spelled(slash, found)


def _slash_command(name: str, prefix: str) -> str | None:
    """`/deploy`, `/PREFIXdeploy` or `deploy`, whatever their case."""
    typed = name.lower().removeprefix("/")
    return next((one for one in PARSERS if typed in (one, f"{prefix}{one}")), None)


def _unknown(refusal: Refusal, slash: str, read: Read) -> dict[str, Any]:
    """A name that the fleet does not have; what is no service may have been meant as a verb."""
    if refusal.reason is Reason.UNKNOWN_SERVICE and slash == "deploy":
        refusal = replace(refusal, near=(*refusal.near, *near_verbs(refusal.name)))
    made_sense = spelled(slash, read)["text"]
    what, way_out = words(refusal, datetime.now(UTC))
    if refusal.reason is Reason.UNREADABLE:
        return _refusal(what, made_sense, refusal.name, refusal.near)
    return _refusal(f"{what} {way_out}", made_sense, USAGES[slash], refusal.near)


def _refusal(reason: str, made_sense: str, usage: str, near: tuple[str, ...]) -> dict[str, Any]:
    return {"refused": True, "reason": reason, "understood": made_sense or None, "usage": usage, "near": list(near)}
