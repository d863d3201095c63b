"""Instant queries: against a real Prometheus, and against a server that says what no sound one does."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from bot.backends.base import Value
from bot.backends.prometheus import LARGEST, Prometheus, read_answer
from bot.questions.numbers import PromQuery
from tests.backends.daemons import prometheus

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def samples() -> str:
    """Ten minutes of two hosts: a gauge, and a counter that starts anew in the middle."""
    lines = ["# TYPE cpu gauge"]
    start = int(NOON.timestamp())
    for host, base in (("web1", 40), ("web2", 60)):
        lines += [f'cpu{{instance="{host}:9100"}} {base + at} {start + 60 * at}' for at in range(10)]
    lines += ["# TYPE requests counter"]
    for at in range(0, 600, 15):
        lines.append(f'requests_total{{instance="web1:80",code="200"}} {at % 300 * 2} {start + at}')
    lines += ["# TYPE never gauge", f"never NaN {start}", ""]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("prometheus"), samples()) as address:
        yield address


@pytest.mark.parametrize(
    ("query", "after", "number"),
    [
        ('cpu{instance="web1:9100"}', 0, 40.0),
        ('cpu{instance="web1:9100"}', 3, 43.0),
        ('avg(cpu{instance=~"web[12]:9100"})', 3, 53.0),
        ('scalar(cpu{instance="web2:9100"})', 9, 69.0),
        ("vector(0.5)", 0, 0.5),
        ('sum(increase(requests_total{instance="web1:80"}[1m]))', 4, 120.0),
    ],
)
def test_a_query_gives_the_number_of_that_moment(url: str, query: str, after: int, number: float) -> None:
    (found,) = Prometheus(url).read([PromQuery(query)], NOON + after * MINUTE)
    assert found.number == pytest.approx(number)


@pytest.mark.parametrize(
    ("query", "trouble", "failed", "lasting"),
    [
        ('cpu{instance="web9:9100"}', "the query returned nothing", False, True),
        ("no_such_metric", "the query returned nothing", False, True),
        ("cpu", "the query returned 2 series and must give one number: sum, max or avg of it", True, True),
        ("never", "the query returned NaN, as 0/0 does", False, False),
        ("vector(0) / 0", "the query returned NaN, as 0/0 does", False, False),
        ("vector(1) / 0", "the query returned infinity, as a division by zero does", False, False),
        ("cpu[5m]", "the query returned a matrix and must give one number", True, True),
        ("'text'", "the query returned a string and must give one number", True, True),
        ("sum(cpu", "Prometheus answered 400: invalid parameter", True, True),
        ("rate(cpu)", "Prometheus answered 400: invalid parameter", True, True),
    ],
)
def test_what_is_no_number_says_why(url: str, query: str, trouble: str, failed: bool, lasting: bool) -> None:
    (found,) = Prometheus(url).read([PromQuery(query)], NOON)
    assert found.number is None
    assert found.trouble.startswith(trouble)
    assert (found.failed, found.lasting) == (failed, lasting)


def test_the_answers_come_in_the_order_of_the_questions(url: str) -> None:
    queries = [PromQuery(f'cpu{{instance="web{number}:9100"}}') for number in (2, 9, 1)]
    assert [value.number for value in Prometheus(url).read(queries, NOON)] == [60.0, None, 40.0]


def test_a_metric_may_name_another_prometheus(url: str) -> None:
    query = 'cpu{instance="web1:9100"}'
    found = Prometheus("http://127.0.0.1:1").read([PromQuery(query, f"{url}/"), PromQuery(query)], NOON)
    assert found == [Value(40.0), Value(None, "Prometheus could not be reached", failed=True)]


def test_without_any_address_it_says_what_to_set() -> None:
    (found,) = Prometheus().read([PromQuery("up")], NOON)
    assert found == Value(None, "no Prometheus is named: set PROMETHEUS_URL, or url in the metric", failed=True)


class Odd(ThreadingHTTPServer):
    """Answers as its `answer` says; `asked` keeps the forms that came."""

    daemon_threads = True

    def __init__(self, status: int = 200, answer: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer = status, answer
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.hang = False
        self.closing = threading.Event()

    def __enter__(self) -> "Odd":
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Odd

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append((self.path, parse_qs(self.rfile.read(length).decode())))
        if self.server.hang:
            self.server.closing.wait(60)
            return
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Nobody reads it."""


def test_it_asks_for_the_moment_and_lets_prometheus_give_up_first() -> None:
    with Odd(200, b"{}") as odd:
        Prometheus(f"{odd.url}/prom/").read([PromQuery("up == 1 & <2>")], NOON)
    assert odd.asked == [
        ("/prom/api/v1/query", {"query": ["up == 1 & <2>"], "time": ["1795176000.000"], "timeout": ["4s"]})
    ]


def test_a_server_that_hangs_is_asked_once_a_round() -> None:
    with Odd() as odd:
        odd.hang = True
        asked = [PromQuery("up"), PromQuery("down"), PromQuery("left")]
        found = Prometheus(odd.url).read(asked, NOON)
    assert found == [Value(None, "Prometheus gave no answer within 5 s", failed=True)] * 3
    assert len(odd.asked) == 1


def test_a_redirect_is_not_followed() -> None:
    with Odd(302) as odd:
        (found,) = Prometheus(odd.url).read([PromQuery("up")], NOON)
    assert found == Value(None, "Prometheus answered 302 with something else than JSON", failed=True)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[" * 200_000, "Prometheus answered 400 with something else than JSON"),
        (b'{"status": "error", "error": "no \\ud800 such"}', "Prometheus answered 400: no such"),
    ],
)
def test_an_answer_that_is_meant_to_break_something_breaks_nothing(body: bytes, says: str) -> None:
    assert read_answer(400, body).trouble == says


def test_an_endless_answer_is_cut_off() -> None:
    with Odd(200, b'{"status": "' + b"x" * (3 * LARGEST)) as odd:
        (found,) = Prometheus(odd.url).read([PromQuery("up")], NOON)
    assert found == Value(None, "Prometheus answered 200 with something else than JSON", failed=True)


def vector(*values: object) -> dict[str, object]:
    result = [{"metric": {}, "value": value} for value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


@pytest.mark.parametrize(
    ("status", "said", "value"),
    [
        (200, vector([1, "1.5"]), Value(1.5)),
        (200, vector([1, "-0"]), Value(-0.0)),
        (200, vector(), Value(None, "the query returned nothing", lasting=True)),
        (200, vector([1, "-Inf"]), Value(None, "the query returned infinity, as a division by zero does")),
        (200, vector([1]), Value(None, "Prometheus answered something that is no number", True)),
        (200, vector(None), Value(None, "Prometheus answered something that is no number", True)),
        (200, vector([1, "many"]), Value(None, "Prometheus answered something that is no number", True)),
        (200, [], Value(None, "Prometheus answered 200: ", True)),
        (200, {"status": "success"}, Value(None, "the query returned a None and must give one number", True, True)),
        (503, {"status": "error", "error": "too\n busy"}, Value(None, "Prometheus answered 503: too busy", True)),
    ],
)
def test_an_answer_is_one_number_or_says_why_not(status: int, said: object, value: Value) -> None:
    assert read_answer(status, json.dumps(said).encode()) == value
