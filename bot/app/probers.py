"""Which prober asks which kind of question."""

from bot.backends.async_prober import AsyncProber
from bot.backends.base import KindProber
from bot.backends.dns import ask_dns
from bot.backends.probers import Probers
from bot.backends.tcp import ask_tcp
from bot.backends.tls import TlsAsker
from bot.questions import Ask, BeatAsk, CommandAsk, CpuAsk, DnsAsk, MetricAsk, TcpAsk, TlsAsk
from bot.secrecy import Hidden


def open_probers(
    http: KindProber[Ask],
    commands: KindProber[CommandAsk],
    beats: KindProber[BeatAsk],
    metrics: KindProber[MetricAsk],
    cpu: KindProber[CpuAsk],
    hidden: Hidden = str,
) -> Probers:
    """One for every type in `bot.questions.Question`. All of them are closed together. `hidden` is what their words
    pass through.
    """
    network = AsyncProber({TcpAsk: ask_tcp, TlsAsk: TlsAsker().ask, DnsAsk: ask_dns})
    return Probers(
        {
            Ask: http,
            CommandAsk: commands,
            BeatAsk: beats,
            MetricAsk: metrics,
            CpuAsk: cpu,
            **dict.fromkeys((TcpAsk, TlsAsk, DnsAsk), network),
        },
        hidden,
    )
