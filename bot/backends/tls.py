"""Looks at certificates: whether they are trusted, for the right name, and for how long still."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from bot.backends.dialing import broken, connect, own_trouble
from bot.backends.http import utc_now
from bot.counting import count
from bot.model import Probe
from bot.phases import span
from bot.questions import TlsAsk
from bot.quoting import clean

DAY = 86400
SHOWN = 3  # names of a certificate in a cause
# What openssl says of a chain, and what it means; the rest is passed on.
MEANING = {
    "unable to get local issuer certificate": "its issuer is not known, or the server leaves out a certificate between",
    "self-signed certificate": "it is signed by itself",
    "self-signed certificate in certificate chain": "its root is not one that is trusted here",
}
EXPIRED, NOT_YET, OTHER_NAME = (10, 9, (62, 64))  # openssl's numbers


@dataclass(slots=True)
class Progress:
    """How far a question got."""

    begun: float
    connected: float = 0.0


class TlsAsker:
    """`roots` is a file of certificates to trust besides the system's; `clock` says what the date is."""

    def __init__(self, roots: Path | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._strict = ssl.create_default_context()
        if roots:
            self._strict.load_verify_locations(roots)
        self._lenient = ssl.create_default_context()  # only to read what was refused
        self._lenient.check_hostname = False
        self._lenient.verify_mode = ssl.CERT_NONE

    async def ask(self, ask: TlsAsk) -> Probe:
        """Well when the chain is trusted, the name is in the certificate, and it lives on for long enough."""
        progress = Progress(time.monotonic())
        cause = ""
        try:
            async with asyncio.timeout(ask.timeout.total_seconds()):
                cause = await self._judge(ask, progress)
        except TimeoutError as error:
            cause = broken(error) if error.errno else _late(ask, progress)
        except OSError as error:
            if mine := own_trouble(error):
                return mine
            cause = _broken(error)
        return Probe(not cause, time.monotonic() - progress.begun, None, cause)

    async def _judge(self, ask: TlsAsk, progress: Progress) -> str:
        try:
            certificate = await self._shake_hands(ask, self._strict, progress)
        except ssl.SSLCertVerificationError as error:
            certificate = await self._shake_hands(ask, self._lenient, progress)
            return refused(ask, certificate, error.verify_code, error.verify_message, self._clock())
        return short_lived(ask, certificate, self._clock())

    async def _shake_hands(self, ask: TlsAsk, context: ssl.SSLContext, progress: Progress) -> x509.Certificate:
        _, writer = await connect(ask.host, ask.port)
        progress.connected = time.monotonic() - progress.begun
        try:
            await writer.start_tls(context, server_hostname=ask.name)
            return x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        finally:
            writer.transport.abort()


def short_lived(ask: TlsAsk, certificate: x509.Certificate, now: datetime) -> str:
    """Why a trusted certificate is not well; empty when it is."""
    left = (certificate.not_valid_after_utc - now).total_seconds() / DAY
    if left > ask.days:
        return ""
    wanted = count(ask.days, "day was", "days were")
    return f"{_titled(certificate)} expires in {_days(left)} ({_date(certificate)}); more than {wanted} expected"


def refused(ask: TlsAsk, certificate: x509.Certificate, code: int, message: str, now: datetime) -> str:
    """Why the chain was not accepted."""
    titled = _titled(certificate)
    if code == EXPIRED and certificate.not_valid_after_utc < now:
        ago = (now - certificate.not_valid_after_utc).total_seconds() / DAY
        return f"{titled} expired {_days(ago)} ago ({_date(certificate)})"
    if code == EXPIRED:
        return f"a certificate in the chain of {titled} has expired"
    if code == NOT_YET:
        return f"{titled} is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on"
    if code in OTHER_NAME:
        return f"the certificate is for {_names(certificate)}, not for {ask.name}"
    return f"{titled} is not trusted: {MEANING.get(message) or clean(message)}"


def _titled(certificate: x509.Certificate) -> str:
    issuer = _common_name(certificate.issuer)
    own = certificate.issuer == certificate.subject
    return f"the certificate of {_names(certificate)}{f', issued by {issuer},' if issuer and not own else ''}"


def _names(certificate: x509.Certificate) -> str:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]
    except (x509.ExtensionNotFound, ValueError):
        names = []
    names = names or [_common_name(certificate.subject) or "nobody"]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(clean, names[:SHOWN])) + more


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return clean(str(found[0].value)) if found else ""


def _date(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"


def _days(number: float) -> str:
    if number < 2:
        return count(int(number * 24), "hour")
    return count(int(number), "day")


def _late(ask: TlsAsk, progress: Progress) -> str:
    limit = span(ask.timeout.total_seconds())
    if progress.connected:
        return f"no TLS handshake within {limit} (connected after {span(progress.connected)})"
    return f"no connection within {limit}"


def _broken(error: OSError) -> str:
    if not isinstance(error, ssl.SSLError):
        return broken(error)
    if error.reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_MESSAGE", "RECORD_LAYER_FAILURE"):
        return "the target does not speak TLS on this port"
    if isinstance(error, ssl.SSLEOFError):
        return "the connection ended in the middle of the TLS handshake"
    return f"TLS handshake: {clean((error.reason or str(error)).replace('_', ' ').lower())}"
