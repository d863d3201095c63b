"""The fleet file: one YAML (or JSON) text in, one frozen Fleet out, or every problem of the file at once."""

from bot.fleet.access import Access
from bot.fleet.check_config import CheckConfig
from bot.fleet.checks import Check
from bot.fleet.deployment import Deployment
from bot.fleet.duration import duration_text
from bot.fleet.load import load_fleet, load_fleet_file, read_fleet_file, schema
from bot.fleet.service import Service
from bot.fleet.shape import Channels, Fleet
from bot.fleet.steps import HealthConfig, StepConfig, Steps
from bot.fleet.strategy import Strategy

__all__ = [
    "Access",
    "Channels",
    "Check",
    "CheckConfig",
    "Deployment",
    "Fleet",
    "HealthConfig",
    "Service",
    "StepConfig",
    "Steps",
    "Strategy",
    "duration_text",
    "load_fleet",
    "load_fleet_file",
    "read_fleet_file",
    "schema",
]
