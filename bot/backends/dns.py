"""Asks name servers, and tells a name that is not there from a server that does not answer."""

import time

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdata
import dns.resolver

from bot.hurdles import RESOLVER
from bot.model import Probe
from bot.phases import span
from bot.questions import DnsAsk
from bot.quoting import clean

SHOWN = 4  # records in a cause
NAMES = frozenset({"CNAME", "NS", "PTR"})


async def ask_dns(ask: DnsAsk) -> Probe:
    """Well when there are such records, and all that are expected among them."""
    begun = time.monotonic()
    cause = ""
    try:
        cause = lacking(ask, await _records(ask))
    except dns.resolver.NoResolverConfiguration:
        return Probe.unasked(RESOLVER, "the bot's host names no name server: give the check a resolver")
    except (dns.exception.DNSException, OSError, ValueError) as error:
        cause = _trouble(ask, error)
    return Probe(not cause, time.monotonic() - begun, None, cause)


async def _records(ask: DnsAsk) -> list[str]:
    resolver = dns.asyncresolver.Resolver(configure=not ask.resolver)
    if ask.resolver:
        resolver.nameservers, resolver.port = [ask.resolver], ask.port
    seconds = ask.timeout.total_seconds()
    resolver.timeout = min(resolver.timeout, seconds / 2)  # asked once more when a packet got lost
    name = dns.name.from_text(ask.name)
    answer = await resolver.resolve(name, ask.type, search=False, lifetime=seconds, raise_on_no_answer=False)
    return sorted(text_of(record) for record in answer.rrset or ())


def text_of(record: dns.rdata.Rdata) -> str:
    """As people write it: without quotes, and without the dot behind a name."""
    strings = getattr(record, "strings", None)
    return b"".join(strings).decode(errors="replace") if strings else plain(record.to_text())


def plain(text: str) -> str:
    """Every word without a dot at its end; letters as they are compared in names."""
    return " ".join(word.removesuffix(".") or word for word in text.lower().split())


def lacking(ask: DnsAsk, records: list[str]) -> str:
    """What the records lack of what is expected; empty when it is all there."""
    if not records:
        return f"the name exists, but has no {ask.type} record"
    known = {record if ask.type == "TXT" else plain(record) for record in records}
    missing = sorted(text for text in ask.expect if (text if ask.type == "TXT" else plain(text)) not in known)
    if not missing:
        return ""
    shown = ", ".join(clean(record) for record in records[:SHOWN])
    more = f" and {len(records) - SHOWN} more" if len(records) > SHOWN else ""
    return f"resolves to {shown}{more}, not to {', '.join(map(clean, missing[:SHOWN]))}"


def _trouble(ask: DnsAsk, error: Exception) -> str:
    where = ask.resolver or "the name servers of the bot's host"
    if isinstance(error, dns.resolver.NXDOMAIN):
        return "the name does not exist (NXDOMAIN)"
    if isinstance(error, dns.exception.Timeout):
        return f"no answer from {where} within {span(ask.timeout.total_seconds())}"
    if isinstance(error, dns.resolver.NoNameservers):
        return f"{where} gave no usable answer: {_codes(error)}"
    return clean(str(error)) or type(error).__name__


def _codes(error: dns.resolver.NoNameservers) -> str:
    """`SERVFAIL`, `REFUSED`: the last word of each server's error."""
    said = [clean(str(one[3])) for one in error.kwargs.get("errors", ())]
    return ", ".join(dict.fromkeys(said)) or "none was asked"
