"""Options that several commands take."""

from pathlib import Path

import click

DEFAULT = Path(".env")


def _existing(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path:
    """The default need not exist, a file that was named must."""
    if value and not value.exists():
        raise click.BadParameter(f"{value} does not exist")
    return value or DEFAULT


env_file = click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_existing,
    help="Settings as NAME=value lines; the environment wins over them.  [default: .env, if it is there]",
)
