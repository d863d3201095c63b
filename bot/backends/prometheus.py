"""Prometheus: instant queries over its HTTP API (prometheus.io/docs/prometheus/latest/querying/api)."""

import json
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import requests

from bot.backends.base import Value
from bot.questions.numbers import PromQuery
from bot.quoting import clean

PATIENCE = (2.0, 5.0)  # seconds to connect, and for an answer
OWN_LIMIT = "4s"  # Prometheus's own, below ours: then it says itself that the query is too slow
LARGEST = 1 << 20  # bytes; one number has about 150
CHUNK = 1 << 16
WORDS = 200  # characters of Prometheus's own words that are passed on
UNSET = "no Prometheus is named: set PROMETHEUS_URL, or url in the metric"
NOTHING = Value(None, "the query returned nothing", lasting=True)
AT_FAULT = (400, 422)  # Prometheus's word for a query that it cannot read, or not carry out


class Prometheus:
    """One long-lived session for all; `url` is that of the settings, empty where there is none."""

    def __init__(self, url: str = "") -> None:
        self._url = url
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def read(self, queries: Sequence[PromQuery], at: datetime) -> list[Value]:
        """One value per query. A server that did not answer once is not asked again for the others of this round."""
        silent: dict[str, Value] = {}
        found = []
        for query in queries:
            url = query.url or self._url
            value = silent.get(url) or self._one(url, query.query, at, silent)
            found.append(value)
        return found

    def _one(self, url: str, query: str, at: datetime, silent: dict[str, Value]) -> Value:
        if not url:
            return Value(None, UNSET, failed=True)
        try:
            answer, body = self._ask(url, query, at)
        except (requests.RequestException, ValueError) as error:
            silent[url] = Value(None, _silence(error), failed=True)
            return silent[url]
        return read_answer(answer, body)

    def _ask(self, url: str, query: str, at: datetime) -> tuple[int, bytes]:
        """The status, and as much of the body as any sound answer has."""
        data = {"query": query, "time": f"{at.timestamp():.3f}", "timeout": OWN_LIMIT}
        path = f"{url.rstrip('/')}/api/v1/query"
        with self._session.post(path, data, timeout=PATIENCE, stream=True, allow_redirects=False) as answer:
            body = b""
            for chunk in answer.iter_content(CHUNK):
                body += chunk
                if len(body) > LARGEST:
                    break
            return answer.status_code, body


def _silence(error: Exception) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return f"Prometheus could not be reached within {PATIENCE[0]:g} s"
    if isinstance(error, requests.Timeout):
        return f"Prometheus gave no answer within {PATIENCE[1]:g} s"
    if isinstance(error, requests.ConnectionError):
        return "Prometheus could not be reached"
    return f"Prometheus could not be asked: {type(error).__name__}"


def read_answer(status: int, body: bytes) -> Value:
    """The one number of an answer, or why there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Value(None, f"Prometheus answered {status} with something else than JSON", failed=True)
    if not isinstance(said, dict) or said.get("status") != "success":
        why = said.get("error", "") if isinstance(said, dict) else ""
        words = f"Prometheus answered {status}: {clean(str(why), WORDS)}"
        return Value(None, words, failed=True, lasting=status in AT_FAULT)
    return _number(said.get("data"))


def _number(data: Any) -> Value:
    kind, result = (data.get("resultType"), data.get("result")) if isinstance(data, dict) else (None, None)
    if kind == "vector" and isinstance(result, list):
        if not result:
            return NOTHING
        if len(result) > 1:
            trouble = f"the query returned {len(result)} series and must give one number: sum, max or avg of it"
            return Value(None, trouble, failed=True, lasting=True)
        return _finite(result[0].get("value") if isinstance(result[0], dict) else None)
    if kind == "scalar":
        return _finite(result)
    return Value(None, f"the query returned a {kind} and must give one number", failed=True, lasting=True)


def _finite(pair: Any) -> Value:
    """The second of `[time, "number"]`."""
    try:
        number = float(pair[1])
    except (TypeError, ValueError, LookupError):
        return Value(None, "Prometheus answered something that is no number", failed=True)
    if math.isnan(number):
        return Value(None, "the query returned NaN, as 0/0 does")
    if math.isinf(number):
        return Value(None, "the query returned infinity, as a division by zero does")
    return Value(number)
