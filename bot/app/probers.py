"""Which prober asks which kind of question."""

from bot.backends.async_prober import AsyncProber
from bot.backends.http import CurlProber
from bot.backends.probers import Probers
from bot.backends.tcp import ask_tcp
from bot.questions import Ask, TcpAsk


def open_probers(http: CurlProber) -> Probers:
    """One for every type in `bot.questions.Question`. `http` is closed with the rest."""
    return Probers({Ask: http, TcpAsk: AsyncProber({TcpAsk: ask_tcp})})
