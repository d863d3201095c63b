"""The command line: one module per command, loaded when it is asked for, so that `check` need not load the bot."""

from bot.cli.edge import main

__all__ = ["main"]
