"""The kinds of stages, one file each: what runs a stage of a deploy on its way forward.

Each may be run twice, because a crash can cut it off, so each begins from the rows and the hosts.
"""

from collections.abc import Callable

from bot.records import DeployView

Kind = Callable[[DeployView, int], bool]
"""Runs the stage at this position and writes down how it ended; whether the deploy may go on."""
