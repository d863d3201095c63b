"""Settings: the environment in, one frozen value out. The only place that reads the environment."""

from bot.settings.environment import gather
from bot.settings.load import cloudwatch_namespace, command_prefix, database_file, fleet_file, load_settings
from bot.settings.shape import Settings

__all__ = [
    "Settings",
    "cloudwatch_namespace",
    "command_prefix",
    "database_file",
    "fleet_file",
    "gather",
    "load_settings",
]
