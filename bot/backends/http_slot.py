"""One reusable libcurl handle: how it is set up once, aimed per question, and read afterwards."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pycurl

from bot.backends.http_dress import dress
from bot.backends.http_words import Seen
from bot.phases import Phases
from bot.questions import Ask
from bot.questions.conditions import BODY_LIMIT, Certificate
from bot.questions.request import PLAIN

WEB = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS
USER_AGENT = "pointsman (uptime check)"
OPENSSL = "OpenSSL/"
GROUPS = "X25519:P-256:P-384:P-521"
"""No hybrid one: its key, made in advance for every connection, costs more than all the rest of the exchange, and what
a check reads is no secret that must last.
"""

SUITES = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
"""OpenSSL's own, the cheapest first."""


def trusted_roots() -> str | None:
    """The system's certificate file, as Python's ssl module finds it: the wheel's libcurl knows none of its own."""
    return ssl.get_default_verify_paths().cafile


class Slot:
    """`curl` is the handle; `job` whatever its user is asking through it, None while it is free."""

    __slots__ = ("_ask", "_dressed", "_options", "_secrets", "body", "curl", "cut", "doubtful", "job")

    def __init__(self, roots: Path | str | None, secrets: Mapping[str, str]) -> None:
        self.body = bytearray()
        self.cut = False
        self.doubtful = False
        self.job: Any = None
        self.curl: Any = pycurl.Curl()
        self.curl.slot = self
        self._options = _options(roots)
        self._secrets = secrets
        self._ask: Ask | None = None
        self._undress()

    def aim(self, ask: Ask) -> None:
        """Raises pycurl.error, ValueError or TypeError for an address that cannot be asked at all, SecretUnset for a
        header whose secret there is not.
        """
        self.body.clear()
        self.cut = False
        self.doubtful = False
        self._ask = ask
        if self._dressed:
            self._undress()
        if ask.request is not PLAIN or ask.conditions:
            self._dress(ask)
        self.curl.setopt(pycurl.URL, ask.url if ask.url.isascii() else ask.url.encode())
        self.curl.setopt(pycurl.TIMEOUT_MS, max(1, round(ask.timeout.total_seconds() * 1000)))

    def _dress(self, ask: Ask) -> None:
        """Sets what only this question needs; the next one begins anew."""
        self._dressed = True
        for option, value in dress(ask.request, ask.url, self._secrets):
            self.curl.setopt(option, value)
        if wants_certificate(ask):
            self.curl.setopt(pycurl.OPT_CERTINFO, 1)

    def _undress(self) -> None:
        self._dressed = False
        self.curl.reset()
        for option, value in self._options:
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._take)

    def _take(self, data: bytes) -> int:
        """Keeps the head of the body; returning less than was offered makes libcurl hang up."""
        room = BODY_LIMIT - len(self.body)
        self.body += data[:room]
        if len(data) <= room:
            return len(data)
        self.cut = True
        return 0

    def seen(self, code: int, message: str) -> Seen:
        """What came of it. The details that only a failure or a condition needs are read only then."""
        read = self.curl.getinfo
        status = read(pycurl.RESPONSE_CODE)
        phases = Phases(
            read(pycurl.NAMELOOKUP_TIME),
            read(pycurl.CONNECT_TIME),
            read(pycurl.APPCONNECT_TIME),
            read(pycurl.STARTTRANSFER_TIME) if status else 0.0,
            read(pycurl.TOTAL_TIME),
        )
        location = (read(pycurl.REDIRECT_URL) or "") if 300 <= status < 400 else ""
        if code not in (0, pycurl.E_WRITE_ERROR):
            return Seen(code, status, phases, message=message, os_errno=read(pycurl.OS_ERRNO), location=location)
        asked = self._ask if self._dressed else None
        return Seen(
            code,
            status,
            phases,
            bytes(self.body),
            self.cut,
            message,
            location=location,
            certificate=read(pycurl.INFO_CERTINFO) if asked and wants_certificate(asked) else (),
            spoken=read(pycurl.INFO_HTTP_VERSION) if asked and asked.request.http2 else 0,
        )

    def close(self) -> None:
        self.curl.slot = None
        self.curl.close()


def wants_certificate(ask: Ask) -> bool:
    """libcurl reads a whole chain for this: only where a condition needs it."""
    return any(isinstance(condition, Certificate) for condition in ask.conditions)


def _options(roots: Path | str | None) -> list[tuple[int, Any]]:
    """A new connection per check, no cookie, no proxy, no session resumption: each check sees what a stranger sees.

    The proxy variables of the bot's environment are for the bot's own calls. A check that went through a proxy would
    tell how the proxy is, and exporting a variable must not change what every check means.
    """
    options: list[tuple[int, Any]] = [
        (pycurl.NOSIGNAL, 1),
        (pycurl.FRESH_CONNECT, 1),
        (pycurl.FORBID_REUSE, 1),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.PROTOCOLS, WEB),
        (pycurl.REDIR_PROTOCOLS, WEB),
        (pycurl.NOPROXY, "*"),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
        (pycurl.USERAGENT, USER_AGENT),
        (pycurl.SSL_SESSIONID_CACHE, 0),  # a resumed session is not checked against the certificate
        (pycurl.DNS_CACHE_TIMEOUT, 0),  # a name that went away must be seen; and a full cache costs CPU
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
    ]
    if str(pycurl.version_info()[5]).startswith(OPENSSL):  # other libraries have other names for them
        options += [(pycurl.SSL_EC_CURVES, GROUPS), (pycurl.TLS13_CIPHERS, SUITES)]
    return [*options, (pycurl.CAINFO, str(roots))] if roots else options
