"""Asks an exporter for every check in turn, evenly over the interval, over kept connections, as Prometheus does.

python -m benchmarks.checking.scraping PORT SECONDS URLS

URLS is a file with a JSON list; `counts` on stdin is answered.
"""

import gzip
import http.client
import json
import queue
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import click

CONNECTIONS = 12
HEADERS = {
    "User-Agent": "Prometheus/2.42.0",
    "Accept": "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "X-Prometheus-Scrape-Timeout-Seconds": "4",
}
LONGEST_QUEUE = 1000


class Scraper:
    def __init__(self, port: int) -> None:
        self._port = port
        self._due: queue.Queue[str] = queue.Queue(LONGEST_QUEUE)
        self._lock = threading.Lock()
        self.answered = self.bad = 0

    def work(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while True:
            url = self._due.get()
            line.request("GET", f"/probe?module=http&target={quote(url, safe='')}", headers=HEADERS)
            answer = line.getresponse()
            body = answer.read()
            text = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
            with self._lock:
                self.answered += 1
                self.bad += b"\nprobe_success 1" not in text

    def feed(self, urls: list[str], every: float) -> None:
        """For ever; it does not run ahead of an exporter that is late."""
        step, due = every / len(urls), time.monotonic()
        while True:
            for url in urls:
                self._due.put(url)
                due = max(due + step, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))


def main() -> None:
    port, every, urls = int(sys.argv[1]), float(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
    scraper = Scraper(port)
    for _ in range(CONNECTIONS):
        threading.Thread(target=scraper.work, daemon=True).start()
    threading.Thread(target=scraper.feed, args=(urls, every), daemon=True).start()
    for _ in sys.stdin:
        click.echo(json.dumps({"answered": scraper.answered, "bad": scraper.bad}))


if __name__ == "__main__":
    main()
