"""SNS at the door: who is let in, and what a subscription needs."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.engine.clock import Clock
from bot.plan.foreign.alarms import alarm
from bot.plan.sns import SnsMessage, confirms, is_signed, objection, read
from bot.reports import Malformed, Report

log = structlog.get_logger(__name__)

KEPT = 16  # certificates

Get = Callable[[str], bytes | None]
"""The answer of an address, None when there is none."""


class Verdict(StrEnum):
    TAKEN = "taken"
    MALFORMED = "malformed"
    FORBIDDEN = "forbidden"
    AWAY = "away"  # its certificate cannot be had now: it shall come again


@dataclass(frozen=True, slots=True)
class Let:
    """`reports` of what was let in; else `why` not."""

    verdict: Verdict
    why: str = ""
    reports: tuple[Report, ...] = ()


class SnsDoor:
    """`topics` are the ARNs that may come. May be called from any thread; waits for SNS, so never on a loop."""

    def __init__(self, topics: frozenset[str], get: Get, clock: Clock) -> None:
        self._topics = topics
        self._get = get
        self._clock = clock
        self._certificates: OrderedDict[str, bytes] = OrderedDict()

    def let_in(self, body: bytes) -> Let:
        """What the message says, once it is known to be from SNS and of an allowed topic. A subscription is confirmed
        here.
        """
        message = read(body)
        if isinstance(message, Malformed):
            return Let(Verdict.MALFORMED, message.what)
        if why := objection(message, self._topics, self._clock.now()):
            return Let(Verdict.FORBIDDEN, why)
        certificate = self._certificate(message.certificate)
        if certificate is None:
            return Let(Verdict.AWAY, "its certificate cannot be had from SNS now")
        if not is_signed(message, certificate, self._clock.now()):
            return Let(Verdict.FORBIDDEN, "its signature is not that of SNS")
        return self._heard(message)

    def _certificate(self, url: str) -> bytes | None:
        found = self._certificates.get(url) or self._get(url)
        if found:
            self._certificates[url] = found
            while len(self._certificates) > KEPT:
                self._certificates.popitem(last=False)
        return found

    def _heard(self, message: SnsMessage) -> Let:
        if message.kind == "SubscriptionConfirmation":
            return self._confirm(message)
        if message.kind == "UnsubscribeConfirmation":
            log.warning("this bot is no longer subscribed to a topic of SNS", topic=message.topic)
            return Let(Verdict.TAKEN)
        found = alarm(message.message)
        if isinstance(found, Malformed):
            return Let(Verdict.MALFORMED, f"no CloudWatch alarm: {found.what}")
        return Let(Verdict.TAKEN, reports=(found,) if found else ())

    def _confirm(self, message: SnsMessage) -> Let:
        if not confirms(message):
            return Let(Verdict.FORBIDDEN, "its SubscribeURL is not the confirmation of this topic")
        if self._get(message.subscribe) is None:
            return Let(Verdict.AWAY, "SNS does not take the confirmation now")
        log.info("subscribed to a topic of SNS", topic=message.topic)
        return Let(Verdict.TAKEN)
