"""The kinds of checks, one module each: the keys of the fleet file, and the question they come to."""

from bot.fleet.kinds.cpu import CpuAbove
from bot.fleet.kinds.dns import Dns
from bot.fleet.kinds.fill import Fill, Kind, Templates
from bot.fleet.kinds.heartbeat import Heartbeat
from bot.fleet.kinds.http import HttpKeys
from bot.fleet.kinds.metric import Metric
from bot.fleet.kinds.ssh import Ssh
from bot.fleet.kinds.tcp import Tcp
from bot.fleet.kinds.tls import Tls

KINDS = ("http", "tcp", "tls", "dns", "ssh", "heartbeat", "metric", "cpu_above")
"""A check has just one of these keys."""

__all__ = [
    "KINDS",
    "CpuAbove",
    "Dns",
    "Fill",
    "Heartbeat",
    "HttpKeys",
    "Kind",
    "Metric",
    "Ssh",
    "Tcp",
    "Templates",
    "Tls",
]
