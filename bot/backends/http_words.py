"""What an HTTP transfer came to, in words for a person. Pure: facts in, a Probe out."""

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pycurl

from bot.counting import count
from bot.model import Probe
from bot.phases import Phases, span
from bot.questions import Ask
from bot.questions.conditions import Reply
from bot.quoting import clean, first_line

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
EXPIRY = "%b %d %H:%M:%S %Y GMT"
Certificates = Sequence[Sequence[tuple[str, str]]]
"""The fields of each certificate of a chain, the target's own first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What libcurl knows of a transfer. `code` is its error (0 for none), `body` at most as much as is read, `cut`
    whether there was more, `location` where the answer redirects to, `certificate` what INFO_CERTINFO says, `spoken`
    what INFO_HTTP_VERSION says; the last two only where they were asked for.
    """

    code: int
    status: int
    phases: Phases
    body: bytes = b""
    cut: bool = False
    message: str = ""
    os_errno: int = 0
    location: str = ""
    certificate: Certificates = ()
    spoken: int = 0


def probe_of(ask: Ask, seen: Seen, at: datetime) -> Probe:
    """The verdict: an answer in time, with a status that is well, a body that holds what it must, and nothing that a
    condition has against it. `at` is now.
    """
    cause = _objection(ask, seen, at)
    return Probe(not cause, seen.phases.total, seen.status or None, cause, None, seen.phases)


def _objection(ask: Ask, seen: Seen, at: datetime) -> str:
    if seen.code and not (seen.cut and seen.code == pycurl.E_WRITE_ERROR):
        return _broken(ask, seen)
    if seen.status not in ask.statuses:
        return _unwell(seen)
    if ask.body and ask.body.encode() not in seen.body:
        return _lacking(ask, seen)
    if ask.request.http2 and seen.spoken != pycurl.CURL_HTTP_VERSION_2_0:
        return "answered by HTTP/1.1, not by HTTP/2"
    return _against(ask, seen, at) if ask.conditions else ""


def _against(ask: Ask, seen: Seen, at: datetime) -> str:
    """What the first condition that does not hold says."""
    reply = Reply(seen.status, seen.body, seen.cut, seen.phases, at, expiry(seen.certificate))
    return next(filter(None, (condition.against(reply) for condition in ask.conditions)), "")


def expiry(certificate: Certificates) -> datetime | None:
    """When the target's own certificate ends; None where there is none, or its date cannot be read."""
    fields = dict(certificate[0]) if certificate else {}
    try:
        return datetime.strptime(fields.get("Expire date", ""), EXPIRY).replace(tzinfo=UTC)
    except ValueError:
        return None


def _unwell(seen: Seen) -> str:
    said = f"answered {seen.status} in {span(seen.phases.total)}"
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
    if seen.code == pycurl.E_TOO_MANY_REDIRECTS:
        return (
            f"redirected more than {count(ask.request.follow, 'time')}, at last to {clean(seen.location) or 'nowhere'}"
        )
    if seen.code == pycurl.E_UNSUPPORTED_PROTOCOL and 300 <= seen.status < 400:
        return f"answered {seen.status}, a redirect to an address that is neither http nor https"
    if seen.code in TLS:
        return f"TLS: {_tls(seen.message)}"
    if seen.os_errno in BY_ERRNO and seen.code != pycurl.E_COULDNT_RESOLVE_HOST:
        return BY_ERRNO[seen.os_errno]
    if "reset by peer" in seen.message:
        return "connection reset"
    return PLAIN.get(seen.code) or clean(seen.message) or f"libcurl error {seen.code}"


def _late(ask: Ask, seen: Seen) -> str:
    """Which phase did not end."""
    limit, phases = span(ask.timeout.total_seconds()), seen.phases
    if phases.first_byte and seen.status:
        return f"answered {seen.status} after {span(phases.first_byte)}, but the body did not end within {limit}"
    if phases.secured or (phases.connected and not ask.url.lower().startswith("https:")):
        return f"no answer within {limit} (connected after {span(phases.connected)})"
    if phases.connected:
        return f"no TLS handshake within {limit} (connected after {span(phases.connected)})"
    if phases.resolved:
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
