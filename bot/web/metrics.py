"""/metrics: what is watched, and the bot's own state, in Prometheus's words."""

from collections.abc import Iterator

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.engine.pulse import Figures, Pulse
from bot.errors import StateError
from bot.fleet import Check
from bot.model import Health, Target
from bot.watch import CheckState
from bot.web.guard import Guard

log = structlog.get_logger(__name__)

OF_CHECK = ("check", "service", "environment", "host")
OF_TARGET = ("service", "environment")
OF_CALL = ("service", "operation")


def metrics(pulse: Pulse, guard: Guard) -> APIRouter:
    """GET /metrics, for whom `guard` admits. When the database cannot be read, the figures that come from it are
    missing, and `pointsman_part_up` says why.
    """
    web = APIRouter()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Watched(pulse))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)

    @web.get("/metrics")
    def scrape(request: Request) -> Response:
        if not guard.admits(request):
            return Response("send STATUS_TOKEN as Authorization: Bearer …\n", 401)
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return web


class Watched(Collector):
    """Nothing is counted twice: each figure is read when Prometheus asks for it."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def collect(self) -> Iterator[Metric]:
        try:
            figures = self._pulse.figures()
        except StateError as error:
            log.error("there are no figures for Prometheus", error=str(error))
            parts = GaugeMetricFamily("pointsman_part_up", PART_UP, labels=["part"])
            parts.add_metric(["database"], 0)
            yield parts
            return
        yield from _of_the_bot(figures)
        yield from _histograms(figures)
        yield from _of_checks(figures)
        yield from _of_targets(figures)
        yield from _of_aws(figures)


PART_UP = "Whether a thing that the bot needs does its work: sweeps, database, slack."


def _of_the_bot(figures: Figures) -> Iterator[Metric]:
    parts = GaugeMetricFamily("pointsman_part_up", PART_UP, labels=["part"])
    for part in figures.parts:
        parts.add_metric([part.name], part.ok)
    yield parts
    yield GaugeMetricFamily("pointsman_messages_waiting", "Messages that wait for Slack.", figures.waiting)
    yield GaugeMetricFamily(
        "pointsman_messages_oldest_seconds", "For how long the oldest of them waits.", figures.oldest.total_seconds()
    )
    yield GaugeMetricFamily(
        "pointsman_messages_refused", "Messages that Slack did not take; tried again now and then.", figures.refused
    )
    yield GaugeMetricFamily(
        "pointsman_sweep_age_seconds", "Since the last sweep of the checks ended.", figures.swept.total_seconds()
    )


def _histograms(figures: Figures) -> Iterator[Metric]:
    for name, words, timings in (
        ("pointsman_sweep_seconds", "What a sweep of the checks took.", figures.sweeps),
        ("pointsman_delivery_seconds", "From a message's being written to its being in Slack.", figures.deliveries),
    ):
        buckets, together = timings.seen()
        yield HistogramMetricFamily(name, words, buckets=buckets, sum_value=together)


def _of_checks(figures: Figures) -> Iterator[Metric]:
    up = GaugeMetricFamily("pointsman_check_up", "1 up, 0 down; none before it is known.", labels=OF_CHECK)
    latency = GaugeMetricFamily("pointsman_check_latency_seconds", "Of the last good answer.", labels=OF_CHECK)
    asked = GaugeMetricFamily("pointsman_check_asked_timestamp_seconds", "When it was asked last.", labels=OF_CHECK)
    for check, state in figures.checks:
        if state is not None:
            _add(check, state, up, latency, asked)
    yield from (up, latency, asked)


def _add(
    check: Check, state: CheckState, up: GaugeMetricFamily, latency: GaugeMetricFamily, asked: GaugeMetricFamily
) -> None:
    labels = [check.id, check.target.service, check.target.environment, check.host or ""]
    if state.health is not Health.UNKNOWN:
        up.add_metric(labels, state.health is Health.UP)
    if state.ok:
        latency.add_metric(labels, state.latency)
    if state.checked_at:
        asked.add_metric(labels, state.checked_at.timestamp())


def _of_targets(figures: Figures) -> Iterator[Metric]:
    targets = dict.fromkeys(check.target for check, _ in figures.checks)
    counts: tuple[tuple[str, str, dict[Target, int]], ...] = (
        ("pointsman_incidents_open", "Checks that are down, each an open incident.", figures.incidents),
        ("pointsman_checks_unasked", "Checks that the bot could not ask last: nobody watches.", figures.unasked),
        ("pointsman_deploys_running", "Deploys that have begun and not ended.", figures.deploys),
    )
    for name, words, found in counts:
        family = GaugeMetricFamily(name, words, labels=OF_TARGET)
        for target in dict.fromkeys([*targets, *found]):
            family.add_metric([target.service, target.environment], found.get(target, 0))
        yield family


def _of_aws(figures: Figures) -> Iterator[Metric]:
    calls = CounterMetricFamily("pointsman_aws_calls", "Calls of AWS, each attempt by itself.", labels=OF_CALL)
    throttled = CounterMetricFamily(
        "pointsman_aws_throttled", "Those that AWS refused as too many, and that were tried again.", labels=OF_CALL
    )
    for count in figures.calls:
        calls.add_metric([count.service, count.operation], count.calls)
        throttled.add_metric([count.service, count.operation], count.throttled)
    yield from (calls, throttled)
