"""What an HTTP transfer came to, in words for a person. Pure: facts in, a Probe out."""

import errno
import re
from dataclasses import dataclass

import pycurl

from bot.model import Probe
from bot.questions import Ask

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
TITLE = re.compile(r"<title[^>]*>([^<]{1,500})", re.IGNORECASE)
FIRST_LINE = 120  # characters of a body that are worth a place in an alert
TOO_LARGE = 100  # CURLE_TOO_LARGE, which pycurl has no name for
PLAIN = {
    TOO_LARGE: "the headers of the answer are too long",
    pycurl.E_GOT_NOTHING: "connection closed without an answer",
    pycurl.E_PARTIAL_FILE: "connection closed in the middle of the answer",
    pycurl.E_UNSUPPORTED_PROTOCOL: "the answer was not HTTP",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "the answer was not HTTP",
    pycurl.E_URL_MALFORMAT: "the address is not a valid http or https URL",
    pycurl.E_COULDNT_RESOLVE_HOST: "name does not resolve",
    pycurl.E_COULDNT_CONNECT: "no connection",
}
BY_ERRNO = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.EPIPE: "connection reset",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "network unreachable",
    errno.ETIMEDOUT: "no connection: the network gave up waiting",
    errno.EADDRNOTAVAIL: "no local port was free to connect from",
    errno.EACCES: "a firewall on the bot's host forbids the connection",
    errno.EPERM: "a firewall on the bot's host forbids the connection",
}
TLS = {pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CONNECT_ERROR, pycurl.E_SSL_CACERT_BADFILE}
TLS_NOISE = re.compile(r"^(?:(?:SSL|TLS)[\w ]*: )+|(?: \(\d+\))$")
OPENSSL_CODE = re.compile(r"error:[0-9A-Fa-f]+:[^:]*:[^:]*:")


@dataclass(frozen=True, slots=True)
class Seen:
    """What libcurl knows of a transfer. Times are seconds from its start, 0 for a phase that was not reached.

    `code` is libcurl's error (0 for none), `body` at most as much as was asked for, `cut` whether there was more.
    """

    code: int
    status: int
    total: float
    body: bytes = b""
    cut: bool = False
    message: str = ""
    os_errno: int = 0
    resolved: float = 0.0
    connected: float = 0.0
    secured: float = 0.0
    first_byte: float = 0.0
    location: str = ""


def probe_of(ask: Ask, seen: Seen) -> Probe:
    """The verdict: an answer in time, with a status that is well and a body that holds what it must."""
    answered = seen.code == 0 or (seen.cut and seen.code == pycurl.E_WRITE_ERROR)
    if not answered:
        return Probe(False, seen.total, seen.status or None, _broken(ask, seen))
    if seen.status not in ask.statuses:
        return Probe(False, seen.total, seen.status, _unwell(seen))
    if ask.body and ask.body.encode() not in seen.body:
        return Probe(False, seen.total, seen.status, _lacking(ask, seen))
    return Probe(True, seen.total, seen.status)


def _unwell(seen: Seen) -> str:
    said = f"answered {seen.status} in {span(seen.total)}"
    if seen.location:
        return f"{said}, a redirect to {clean(seen.location)}, which is not followed"
    line = first_line(seen.body)
    return f"{said}: {line}" if line else said


def _lacking(ask: Ask, seen: Seen) -> str:
    where = "the first 64 KiB of its body lack" if seen.cut else "body lacks"
    line = first_line(seen.body)
    return f"{where} '{clean(ask.body)}' (answered {seen.status}: {line or 'nothing'})"


def _broken(ask: Ask, seen: Seen) -> str:
    if seen.code == pycurl.E_OPERATION_TIMEDOUT:
        return _late(ask, seen)
    if seen.code in TLS:
        return f"TLS: {_tls(seen.message)}"
    if seen.os_errno in BY_ERRNO and seen.code != pycurl.E_COULDNT_RESOLVE_HOST:
        return BY_ERRNO[seen.os_errno]
    if "reset by peer" in seen.message:
        return "connection reset"
    return PLAIN.get(seen.code) or clean(seen.message) or f"libcurl error {seen.code}"


def _late(ask: Ask, seen: Seen) -> str:
    """Which phase did not end."""
    limit = span(ask.timeout.total_seconds())
    if seen.first_byte and seen.status:
        return f"answered {seen.status} after {span(seen.first_byte)}, but the body did not end within {limit}"
    if seen.secured or (seen.connected and not ask.url.lower().startswith("https:")):
        return f"no answer within {limit} (connected after {span(seen.connected)})"
    if seen.connected:
        return f"no TLS handshake within {limit} (connected after {span(seen.connected)})"
    if seen.resolved:
        return f"no connection within {limit}"
    return f"name did not resolve within {limit}"


def _tls(message: str) -> str:
    short = TLS_NOISE.sub("", message)
    short = OPENSSL_CODE.sub("", short)
    if "no alternative certificate subject name" in short or "certificate subject name" in short:
        return "the certificate is for another name"
    if "wrong version number" in short:
        return "the target does not speak it on this port"
    return clean(short) or "the handshake failed"


def first_line(body: bytes) -> str:
    """The title of a page, or the first line of anything else that says something; cleaned and cut."""
    text = body[:4096].decode("utf-8", "replace")
    title = TITLE.search(text)
    if title:
        return clean(title[1])
    return next(filter(None, map(clean, text.splitlines())), "")


def clean(text: str, most: int = FIRST_LINE) -> str:
    """One line without control characters and direction marks, cut at `most`."""
    line = " ".join(CONTROL.sub(" ", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def span(seconds: float) -> str:
    """`41 ms`, `0.25 s` from a quarter on is `250 ms`, `5 s`, `12.5 s`."""
    if seconds < 1:
        return f"{max(seconds * 1000, 1):.0f} ms"
    return f"{seconds:.1f}".removesuffix(".0") + " s"
