"""One reusable libcurl handle: how it is set up once, aimed per question, and read afterwards."""

import ssl
from pathlib import Path
from typing import Any

import pycurl

from bot.backends.http_words import Seen
from bot.questions import Ask

BODY_LIMIT = 64 * 1024  # bytes read of a body; whoever sends more is cut off
USER_AGENT = "pointsman (uptime check)"


def trusted_roots() -> str | None:
    """The system's certificate file, as Python's ssl module finds it: the wheel's libcurl knows none of its own."""
    return ssl.get_default_verify_paths().cafile


class Slot:
    """`curl` is the handle; `job` whatever its user is asking through it, None while it is free."""

    __slots__ = ("body", "curl", "cut", "doubtful", "job")

    def __init__(self, roots: Path | str | None) -> None:
        self.body = bytearray()
        self.cut = False
        self.doubtful = False
        self.job: Any = None
        self.curl: Any = pycurl.Curl()
        self.curl.slot = self
        for option, value in _options(roots):
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._take)

    def aim(self, ask: Ask) -> None:
        """Raises pycurl.error, ValueError or TypeError for an address that cannot be asked at all."""
        self.body.clear()
        self.cut = False
        self.doubtful = False
        self.curl.setopt(pycurl.URL, ask.url if ask.url.isascii() else ask.url.encode())
        self.curl.setopt(pycurl.TIMEOUT_MS, max(1, round(ask.timeout.total_seconds() * 1000)))

    def _take(self, data: bytes) -> int:
        """Keeps the head of the body; returning less than was offered makes libcurl hang up."""
        room = BODY_LIMIT - len(self.body)
        self.body += data[:room]
        if len(data) <= room:
            return len(data)
        self.cut = True
        return 0

    def seen(self, code: int, message: str) -> Seen:
        """What came of it. The details that only a failure needs are read only then."""
        read = self.curl.getinfo
        status, total = read(pycurl.RESPONSE_CODE), read(pycurl.TOTAL_TIME)
        if code in (0, pycurl.E_WRITE_ERROR):
            moved = (read(pycurl.REDIRECT_URL) or "") if 300 <= status < 400 else ""
            return Seen(code, status, total, bytes(self.body), self.cut, message, location=moved)
        return Seen(
            code,
            status,
            total,
            message=message,
            os_errno=read(pycurl.OS_ERRNO),
            resolved=read(pycurl.NAMELOOKUP_TIME),
            connected=read(pycurl.CONNECT_TIME),
            secured=read(pycurl.APPCONNECT_TIME),
            first_byte=read(pycurl.STARTTRANSFER_TIME),
        )

    def close(self) -> None:
        self.curl.slot = None
        self.curl.close()


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
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        (pycurl.NOPROXY, "*"),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
        (pycurl.USERAGENT, USER_AGENT),
        (pycurl.SSL_SESSIONID_CACHE, 0),  # a resumed session is not checked against the certificate
        (pycurl.DNS_CACHE_TIMEOUT, 0),  # a name that went away must be seen; and a full cache costs CPU
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
    ]
    return [*options, (pycurl.CAINFO, str(roots))] if roots else options
