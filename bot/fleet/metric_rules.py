"""What the metrics of an analysis and the hosts they are asked of must agree on."""

from collections.abc import Iterator, Sequence

from bot.fleet.deployment import Deployment, hosts_in_kind
from bot.fleet.kinds.metric import OWN
from bot.fleet.metrics import MINUTE, Metric
from bot.fleet.problems import Finding, did_you_mean, finding
from bot.fleet.queries import OWN_NAMES, Reads, filled, words_for
from bot.fleet.reading import Place, Reading
from bot.model import Host
from bot.questions.numbers import CloudMetric
from bot.sealed import is_sealed

ENDS_A_TEXT = frozenset("\"'`\\{}\n\r\t")
"""A variable that held one of these could change the query that it stands in."""


def metric_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """Names in braces exist for every host, make a difference between hosts, and cannot end the text they stand in."""
    analysis = deployment.strategy.analysis
    for index, metric in enumerate(analysis.metrics if analysis else ()):
        here = (*place, "strategy", "analysis", "metrics", index)
        names = frozenset[str]().union(*(source.names() for source in metric.sources)) - OWN_NAMES
        hosts = hosts_in_kind(deployment)
        unfit = [*_unknown(reading, here, names, hosts), *_unsafe(reading, here, names, hosts)]
        for source in () if unfit else metric.sources:
            unfit += _faulty(reading, here, source, hosts)
        yield from unfit or _same_twice(reading, here, metric, hosts)


def metric_checks(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """The same of checks; one that is not per host may not ask by host, and the other way round."""
    for index, check in enumerate(deployment.checks):
        if check.metric is None:
            continue
        here = (*place, "checks", index, "metric")
        by_host = check.metric.names() - OWN
        if by_host and not check.per_host:
            yield finding(reading, here, "differs by host, but the check is not per host", hint="add per_host: true")
        elif check.per_host and not by_host:
            yield finding(reading, here, "is the same for every host", allowed="{host}, {name} or {VAR} in the query")
        else:
            names = by_host - OWN_NAMES
            unfit = [
                *_unknown(reading, here, names, deployment.hosts),
                *_unsafe(reading, here, names, deployment.hosts),
            ]
            yield from unfit or _faulty(reading, here, check.metric, deployment.hosts if check.per_host else (None,))


def load_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """The same of the query that a service's CPU is read by."""
    source = deployment.scale.cpu if deployment.scale else None
    if source is None:
        return
    here, names = (*place, "scale", "cpu"), source.names() - OWN - OWN_NAMES
    hosts = hosts_in_kind(deployment)
    unfit = [*_unknown(reading, here, names, hosts), *_unsafe(reading, here, names, hosts)]
    yield from unfit or _faulty(reading, here, source, hosts if source.names() - OWN else (None,))


def _unknown(reading: Reading, place: Place, names: frozenset[str], hosts: Sequence[Host]) -> Iterator[Finding]:
    for name in sorted(names):
        lacking = [host.name for host in hosts if name not in host.vars]
        if lacking:
            known = sorted(OWN_NAMES.union(*(host.vars for host in hosts)))
            others = " and others" if len(lacking) > 3 else ""
            yield finding(
                reading,
                place,
                f"{{{name}}} is not a variable of {', '.join(lacking[:3])}{others}",
                allowed=", ".join(f"{{{word}}}" for word in known),
                hint=did_you_mean(name, [word for word in known if word != name])
                or f"add vars: {{{name}: …}} to the host",
            )


def _unsafe(reading: Reading, place: Place, names: frozenset[str], hosts: Sequence[Host]) -> Iterator[Finding]:
    for name in sorted(names):
        if any(is_sealed(host.vars.get(name, "")) for host in hosts):
            what = f"{{{name}}} is a secret, and queries are shown"
            yield finding(reading, place, what, hint="give the host another variable for it")
            continue
        bad = [host.name for host in hosts if ENDS_A_TEXT & set(host.vars.get(name, ""))]
        if bad:
            what = f"{{{name}}} of {bad[0]} holds a quote, a brace or a line end, which would change the query"
            yield finding(reading, place, what, hint="give the host another variable for it")


def _faulty(reading: Reading, place: Place, source: Reads, hosts: Sequence[Host | None]) -> Iterator[Finding]:
    """A call of CloudWatch that holds one metric amiss is refused with all others in it."""
    _, service, _, environment, *_ = map(str, place)
    for host in hosts:
        asked = source.asked(words_for(host, service, environment, MINUTE), MINUTE)
        fault = asked.fault if isinstance(asked, CloudMetric) else ""
        if fault:
            what = f"is no metric of CloudWatch{f' for {host.name}' if host else ''}: {fault}"
            yield finding(reading, place, what, hint="dimensions are plain ASCII text, with a value on every host")
            return


def _same_twice(reading: Reading, place: Place, metric: Metric, hosts: Sequence[Host]) -> Iterator[Finding]:
    """One number for two hosts could not tell the canary from the rest."""
    for source in metric.sources:
        seen: dict[tuple[str, ...], str] = {}
        for host in hosts:
            first = seen.setdefault(tuple(filled(text, words_for(host)) for text in source.texts()), host.name)
            if first != host.name:
                what = f"asks the same of {first} and {host.name}"
                yield finding(reading, place, what, metric.name, "{host}, {name} or a {VAR} that tells hosts apart")
                return
