"""Debian's prometheus-alertmanager as a process of its own on loopback."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from tests.programs import need
from tests.waiting import eventually

CONFIG = """
route:
  receiver: pointsman
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: pointsman
    webhook_configs:
      - url: {url}
        send_resolved: true
        http_config:
          authorization: {{type: Bearer, credentials: {token}}}
"""


class Alertmanager:
    def __init__(self, address: str) -> None:
        self.address = address

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.address}/-/ready", timeout=5).ok
        except requests.ConnectionError:
            return False

    def tell(self, labels: dict[str, str], began: datetime, ended: datetime | None = None) -> None:
        """As Prometheus tells it; without an end it fires for an hour."""
        alert = {
            "labels": {"alertname": "HighErrorRate", "severity": "critical", **labels},
            "annotations": {"summary": "5 % of requests fail", "runbook_url": "https://wiki.example.com/errors"},
            "startsAt": began.isoformat(),
            "endsAt": (ended or began + timedelta(hours=1)).isoformat(),
            "generatorURL": "http://prometheus.example.com/graph?g0.expr=up",
        }
        answer = requests.post(f"{self.address}/api/v2/alerts", json=[alert], timeout=10)
        assert answer.ok, answer.text

    def sent(self) -> float:
        """How many webhooks it has sent so far."""
        lines = requests.get(f"{self.address}/metrics", timeout=10).text.splitlines()
        name = 'alertmanager_notifications_total{integration="webhook"'
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def alertmanager(directory: Path, url: str, token: str) -> Iterator[Alertmanager]:
    """Sends to `url`; its storage is in `directory`."""
    program = need("prometheus-alertmanager")
    config = directory / "alertmanager.yml"
    config.write_text(CONFIG.format(url=json.dumps(url), token=token))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (directory / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={config}",
                f"--storage.path={directory / 'storage'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        peer = Alertmanager(f"http://127.0.0.1:{port}")
        eventually(peer.is_ready, timeout=60)
        yield peer
    finally:
        process.terminate()
        process.wait(30)
