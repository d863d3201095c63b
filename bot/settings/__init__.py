"""Settings: the environment in, one frozen value out. The only place that reads the environment."""

from bot.settings.environment import around, gather
from bot.settings.load import cloudwatch_namespace, command_prefix, database_file, fleet_file, load_settings
from bot.settings.shape import Settings

__all__ = [
    "Settings",
    "around",
    "cloudwatch_namespace",
    "command_prefix",
    "database_file",
    "fleet_file",
    "gather",
    "load_settings",
]
