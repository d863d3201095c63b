"""What a check asks, one value per kind: the fleet file makes them, a prober of `bot.backends` answers them.

Each prints as a person reads it (`GET https://…`, `TCP 10.0.0.5:5432`), without secrets, and says how long its answer
may take. Two checks that ask the same have equal questions.
"""

from bot.questions.beat import BeatAsk
from bot.questions.command import CommandAsk
from bot.questions.cpu import CpuAsk
from bot.questions.dns import DnsAsk
from bot.questions.http import Ask
from bot.questions.metric import MetricAsk
from bot.questions.tcp import TcpAsk
from bot.questions.tls import TlsAsk

Question = Ask | TcpAsk | TlsAsk | DnsAsk | CommandAsk | BeatAsk | MetricAsk | CpuAsk
"""Of every kind. A new one also needs its keys in `bot.fleet.kinds` and its prober in `bot.app.probers`."""

__all__ = ["Ask", "BeatAsk", "CommandAsk", "CpuAsk", "DnsAsk", "MetricAsk", "Question", "TcpAsk", "TlsAsk"]
