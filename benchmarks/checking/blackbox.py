"""Debian's prometheus-blackbox-exporter beside ours, asked for each check as Prometheus asks it."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checking.processes import Spoken, end
from benchmarks.checking.scene import Scene

PROGRAM = "prometheus-blackbox-exporter"
PATIENCE = 20.0  # seconds until it listens


class Exporter:
    """Running, and being asked."""

    def __init__(self, pid: int, scraper: Spoken) -> None:
        self.pid, self._scraper = pid, scraper

    def counts(self) -> dict[str, int]:
        """How many checks it has answered, and how many of these were not good."""
        return self._scraper.ask("counts")


def installed() -> str | None:
    return shutil.which(PROGRAM)


@contextmanager
def exporter(directory: Path, scene: Scene, every: float, roots: Path | None) -> Iterator[Exporter]:
    """Its own process, and another one that asks it."""
    directory.mkdir()
    config = directory / "blackbox.json"  # which is YAML as well
    config.write_text(json.dumps({"modules": {"http": _module(roots)}}))
    port = _free_port()
    program = installed()
    assert program is not None
    command = [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(process, port)
        urls = directory / "urls.json"
        urls.write_text(json.dumps([scene.url(number) for number in range(scene.checks)]))
        with Spoken("benchmarks.checking.scraping", [str(port), str(every), str(urls)]) as scraper:
            yield Exporter(process.pid, scraper)
    finally:
        process.terminate()
        end(process)


def _module(roots: Path | None) -> dict[str, object]:
    tls = {"tls_config": {"ca_file": str(roots)}} if roots else {}
    return {
        "prober": "http",
        "timeout": "4s",
        "http": {"preferred_ip_protocol": "ip4", "follow_redirects": False, **tls},
    }


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{PROGRAM} does not listen")
        time.sleep(0.05)
