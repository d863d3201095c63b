"""What spans several keys of an http check: conditions that could never hold, or never fail."""

from collections.abc import Iterator, Sequence

from bot.fleet.check_config import CheckConfig
from bot.fleet.deployment import Deployment
from bot.fleet.duration import duration_text
from bot.fleet.kinds.headers import PERSONAL
from bot.fleet.problems import Finding, finding
from bot.fleet.reading import Place, Reading
from bot.fleet.words import placeholders, web_address
from bot.model import Host
from bot.questions.request import SECRET


def http_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """Every rule that the http checks of a deployment break."""
    for index, check in enumerate(deployment.checks):
        if check.http is not None:
            here = (*place, "checks", index)
            yield from _conditions(reading, here, check)
            yield from _without_body(reading, here, check)
            yield from _led_astray(reading, here, check)
            yield from _filled(reading, (*here, "http"), check, deployment.hosts)


def _conditions(reading: Reading, place: Place, check: CheckConfig) -> Iterator[Finding]:
    for index, entry in enumerate(check.conditions):
        here = (*place, "conditions", index)
        if entry.certificate is not None and not (check.http or "").startswith("https:"):
            what = "asks for the certificate of an address without TLS"
            yield finding(reading, (*here, "certificate"), what, check.http, "https://…")
        if entry.latency is not None and entry.latency >= check.timeout:
            limit = duration_text(check.timeout)
            what = f"can never be exceeded: after the check's timeout of {limit} there is no answer at all"
            hint = "a lower limit, or a longer timeout"
            yield finding(reading, (*here, "latency"), what, duration_text(entry.latency), f"less than {limit}", hint)


def _without_body(reading: Reading, place: Place, check: CheckConfig) -> Iterator[Finding]:
    """The answer to a HEAD has no body that could be looked at."""
    if check.request.method != "HEAD":
        return
    keys = [key for key, given in (("body", check.body), ("send", check.send)) if given]
    keys += ["conditions"] if any(entry.needs_body for entry in check.conditions) else []
    for key in keys:
        yield finding(reading, (*place, key), "needs a body, and a HEAD has none", hint="ask with method: GET")


def _led_astray(reading: Reading, place: Place, check: CheckConfig) -> Iterator[Finding]:
    """A redirect may lead to anybody."""
    for name, value in check.headers.items() if check.follow else ():
        if SECRET.search(value) and name.lower() not in PERSONAL:
            what = "would be sent along to wherever a redirect leads"
            hint = "leave follow out, or send the secret as Authorization, which stays with its host"
            yield finding(reading, (*place, "headers", name), what, hint=hint)


def _filled(reading: Reading, place: Place, check: CheckConfig, hosts: Sequence[Host]) -> Iterator[Finding]:
    """A variable must not make another address of it."""
    template = check.http or ""
    for host in hosts if check.per_host else ():
        if placeholders(template) - {"host", "name"} - set(host.vars):
            continue  # said already
        address = host.fill(template)
        if not web_address(address):
            yield finding(reading, place, f"is not a web address on {host.name}", address, "http://… or https://…")
            return
