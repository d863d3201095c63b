"""Numbers from a real Prometheus and a real server of CloudWatch's API, and from sources that misbehave."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.base import Answer, Metrics, Value
from bot.backends.cloudwatch import CloudWatch
from bot.backends.meters import Meters
from bot.backends.prometheus import Prometheus
from bot.engine.metric_checks import MetricProber
from bot.hurdles import QUERY, Hurdle, HurdleKind
from bot.model import Blind, Probe
from bot.questions import MetricAsk
from bot.questions.metric import Missing
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery
from tests.backends.daemons import moto, prometheus
from tests.backends.targets import free_port
from tests.engine.watching import HandClock
from tests.waiting import eventually

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Kept:
    """A source whose numbers are in the test's hands; None for a point that is missing, a Value as it is."""

    def __init__(self) -> None:
        self.points: dict[datetime, float | Value] = {}
        self.read_at: list[tuple[datetime, int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.breaks = False

    def read(self, questions: Sequence[MetricQuestion], at: datetime) -> list[Value]:
        if any(isinstance(question, PromQuery) and question.url == "slow" for question in questions):
            assert self.gate.wait(60)
        if self.breaks:
            raise ZeroDivisionError
        self.read_at.append((at, len(questions)))
        found = self.points.get(at)
        value = found if isinstance(found, Value) else Value(found, "" if found is not None else "nothing there")
        return [value] * len(questions)


Opened = Callable[[Metrics, HandClock], MetricProber]


@pytest.fixture
def opened() -> Iterator[Opened]:
    made: list[MetricProber] = []

    def open_one(metrics: Metrics, clock: HandClock) -> MetricProber:
        made.append(MetricProber(metrics, clock, gather=0.05))
        return made[-1]

    yield open_one
    for prober in made:
        prober.close()


def ask(query: str = "cpu", missing: Missing = Missing.MISSING, url: str = "", of: int = 3) -> MetricAsk:
    return MetricAsk(PromQuery(query, url), 50, True, 2, of, missing, MINUTE)


def answers(prober: MetricProber, number: int) -> list[Answer]:
    found: list[Answer] = []

    def enough() -> bool:
        found.extend(prober.collect())
        return len(found) >= number

    eventually(enough, 60)
    return found


def probe(prober: MetricProber, question: MetricAsk) -> Probe:
    prober.submit([("check", question)])
    (found,) = answers(prober, 1)
    return found.probe


@pytest.fixture
def kept() -> Kept:
    return Kept()


def fill(kept: Kept, *numbers: float | Value | None) -> None:
    """The last of them is the newest, of noon."""
    moments = (NOON - age * MINUTE for age in range(len(numbers) - 1, -1, -1))
    kept.points = {at: number for at, number in zip(moments, numbers, strict=True) if number is not None}


@pytest.mark.parametrize(
    ("numbers", "ok"),
    [((90, 90, 10, 10, 90), True), ((0, 0, 60, 10, 60), False), ((60, 60, None, 10, None), False)],
)
def test_the_newest_points_decide(kept: Kept, opened: Opened, numbers: tuple[float | None, ...], ok: bool) -> None:
    fill(kept, *numbers)
    seen = probe(opened(kept, HandClock(NOON + timedelta(seconds=30))), ask())
    assert (seen.ok, seen.blind) == (ok, None)


def test_without_any_point_nothing_is_known_or_all_stays(kept: Kept, opened: Opened) -> None:
    prober = opened(kept, HandClock(NOON))
    assert probe(prober, ask()).blind is Blind.UNKNOWN
    assert probe(prober, ask(missing=Missing.IGNORE)).blind is Blind.KEEP


def test_a_source_that_cannot_be_read_is_never_taken_for_missing_points(kept: Kept, opened: Opened) -> None:
    fill(kept, 60, 60, Value(None, "Prometheus could not be reached", failed=True))
    for missing in Missing:
        seen = probe(opened(kept, HandClock(NOON)), ask(missing=missing))
        assert (seen.ok, seen.blind) == (False, Blind.UNKNOWN)
        assert seen.cause == "could not be asked: Prometheus could not be reached"
    assert {at for at, _ in kept.read_at} == {NOON}  # not asked for the points before


def test_a_point_that_was_read_is_not_read_again(kept: Kept, opened: Opened) -> None:
    fill(kept, 1, 2, 3, 4, 5)
    clock = HandClock(NOON)
    prober = opened(kept, clock)
    probe(prober, ask())
    assert len(kept.read_at) == 5
    clock.sleep(MINUTE)
    kept.points[NOON + MINUTE] = 6
    probe(prober, ask())
    assert kept.read_at[5:] == [(NOON + MINUTE, 1)]


def test_checks_that_gather_are_read_in_one_call(kept: Kept, opened: Opened) -> None:
    fill(kept, 1)
    prober = opened(kept, HandClock(NOON))
    prober.submit([(f"check{number}", ask(f"cpu{number % 40}", of=1)) for number in range(200)])
    found = answers(prober, 200)
    assert len({answer.tag for answer in found}) == 200
    assert [count for at, count in kept.read_at if at == NOON] == [40]


def test_a_source_that_hangs_delays_no_other(kept: Kept, opened: Opened) -> None:
    fill(kept, 1, 1, 1)
    kept.gate.clear()
    prober = opened(kept, HandClock(NOON))
    prober.submit([("slow", ask(url="slow")), ("quick", ask())])
    (found,) = answers(prober, 1)
    assert (found.tag, found.probe.ok) == ("quick", True)
    kept.gate.set()
    assert answers(prober, 1)[0].tag == "slow"


def test_a_reader_that_breaks_is_the_bots_trouble_and_reading_goes_on(kept: Kept, opened: Opened) -> None:
    fill(kept, 1, 1, 1)
    kept.breaks = True
    prober = opened(kept, HandClock(NOON))
    assert "its log" in probe(prober, ask()).cause
    kept.breaks = False
    assert probe(prober, ask()).ok


def test_closing_drops_what_was_not_read(kept: Kept) -> None:
    prober = MetricProber(kept, HandClock(NOON))
    prober.close()
    prober.submit([("late", ask())])
    prober.close()
    assert prober.collect() == []


@pytest.fixture
def prometheus_url(tmp_path: Path) -> Iterator[str]:
    start = int((NOON - 4 * MINUTE).timestamp())
    lines = [f'cpu{{h="web1"}} {number} {start + 60 * at}' for at, number in enumerate((10, 10, 60, 10, 70))]
    with prometheus(tmp_path, "\n".join(["# TYPE cpu gauge", *lines, ""])) as address:
        yield address


def test_a_real_prometheus_is_read_point_by_point(opened: Opened, prometheus_url: str) -> None:
    meters = Meters(Prometheus(prometheus_url), CloudWatch(Sessions()))
    prober = opened(meters, HandClock(NOON))
    seen = probe(prober, ask('cpu{h="web1"}'))
    assert (seen.ok, seen.cause) == (False, "70; above 50 in 2 of the last 3 points (60, 10, 70)")
    nothing = probe(prober, ask('cpu{h="web9"}'))
    assert (nothing.blind, nothing.hurdle) == (Blind.UNKNOWN, None)  # it was asked, and has no point
    broken = probe(prober, ask("sum(cpu"))
    assert (broken.blind, broken.hurdle) == (Blind.UNKNOWN, QUERY)
    assert "Prometheus answered 400" in broken.cause
    nobody = f"127.0.0.1:{free_port()}"
    away = probe(prober, ask("cpu", url=f"http://bot:a-password@{nobody}"))
    assert (away.blind, away.cause) == (Blind.UNKNOWN, "could not be asked: Prometheus could not be reached")
    assert away.hurdle == Hurdle(HurdleKind.PROMETHEUS, nobody)
    meters.close()


def test_a_real_cloudwatch_is_read_and_no_credentials_are_said(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = MetricAsk(CloudMetric("Shop", "Load", "Sum", (), MINUTE), 50, True, 2, 3, Missing.MISSING, MINUTE)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with moto(tmp_path) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        client = boto3.client("cloudwatch")
        for age, number in enumerate((70, 10, 60), 1):
            data = {"MetricName": "Load", "Timestamp": NOON - age * MINUTE, "Value": number}
            client.put_metric_data(Namespace="Shop", MetricData=[data])  # type: ignore[list-item] # a plain dict does
        client.close()
        meters = Meters(Prometheus(), CloudWatch(Sessions()))
        seen = probe(opened(meters, HandClock(NOON)), load)
        meters.close()
    assert (seen.ok, seen.cause) == (False, "70; above 50 in 2 of the last 3 points (60, 10, 70)")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    meters = Meters(Prometheus(), CloudWatch(Sessions()))
    nobody = probe(opened(meters, HandClock(NOON)), load)
    meters.close()
    assert (nobody.ok, nobody.blind) == (False, Blind.UNKNOWN)
    assert nobody.hurdle == Hurdle(HurdleKind.CLOUDWATCH)
    assert "redentials" in nobody.cause
