"""Servers that are programs of their own: started on a free port, ended by the one who started them."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.programs import need
from tests.waiting import eventually

CONFIG = "global: {}\n"


@contextmanager
def running(command: Sequence[str], log: Path, says: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """The first group of `says`, as soon as the program's output has it."""
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env) as process,
    ):
        try:
            yield eventually(lambda: _told(process, log, says), timeout=60)
        finally:
            process.kill()


def _told(process: "subprocess.Popen[bytes]", log: Path, says: str) -> str:
    text = log.read_text("utf-8", "replace")
    assert process.poll() is None, text
    found = re.search(says, text)
    return found[1] if found else ""


@contextmanager
def prometheus(directory: Path, samples: str) -> Iterator[str]:
    """A real Prometheus that holds these samples (OpenMetrics, with times), and its address."""
    (directory / "samples.txt").write_text(f"{samples}# EOF\n")
    (directory / "prometheus.yml").write_text(CONFIG)
    data = directory / "data"
    made = [need("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(directory / "samples.txt"), str(data)]
    subprocess.run(made, check=True, capture_output=True)
    command = [need("prometheus"), f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={data}"]
    command += ["--web.listen-address=127.0.0.1:0", "--storage.tsdb.retention.time=100y"]
    with running(command, directory / "log", r'msg="Listening on" address=(127\.0\.0\.1:\d+)') as address:
        url = f"http://{address}"
        eventually(lambda: requests.get(f"{url}/-/ready", timeout=5).ok)
        yield url


def reach(monkeypatch: pytest.MonkeyPatch, endpoint: str, region: str) -> None:
    """The AWS SDK's own variables, as they are set for any AWS."""
    words = {
        "ENDPOINT_URL": endpoint,
        "ACCESS_KEY_ID": "AKIATEST",
        "SECRET_ACCESS_KEY": "x",
        "DEFAULT_REGION": region,
    }
    for name, value in words.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@contextmanager
def moto(directory: Path) -> Iterator[str]:
    """AWS as moto stands in for it, and its address."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with running(command, directory / "log", r"Running on (http://127\.0\.0\.1:\d+)") as address:
        yield address


@contextmanager
def truer_moto(directory: Path) -> Iterator[str]:
    """The same, made truer where it lies of instance refreshes, launch templates and stacks."""
    command = [sys.executable, "-m", "tests.backends.truer_moto", "-H", "127.0.0.1", "-p", "0"]
    with running(command, directory / "log", r"Running on (http://127\.0\.0\.1:\d+)") as address:
        yield address
