"""`python -m bot demo`"""

from pathlib import Path

import click

from bot.sandbox.demo import begin_hill, run


@click.command("demo")
@click.option("--reset", is_flag=True, help="Start over: forget the demo's state first.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="Of the page; 0: any free."
)
@click.option(
    "--directory",
    default=".demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the demo keeps its state.",
)
@click.option(
    "--dry-run", is_flag=True, help="Hosts in the bot's memory: only the bot and the page run, and nothing is kept."
)
@click.option("--hill", is_flag=True, help="Send customers to the demo that runs: its instances on EC2 become busy.")
@click.pass_context
def command(ctx: click.Context, directory: Path, reset: bool, port: int, dry_run: bool, hill: bool) -> None:
    """Try it: the bot, a workspace, four hosts and a shop, all on this machine."""
    ctx.exit(begin_hill(directory) if hill else run(directory, reset, port, dry_run))
