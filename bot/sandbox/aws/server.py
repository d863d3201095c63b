"""AWS's API as a process of its own; it remembers nothing from one start to the next."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3
import requests

from bot.errors import PointsmanError
from bot.sandbox.processes import MARK

ROOT = Path(__file__).parents[3]
REGION = "eu-west-1"
PATIENCE = 120.0  # seconds until it answers: it reads some hundred megabytes of Python first
SIGNED = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"}


def installed() -> bool:
    """It comes with the tools for development, which `make demo` installs."""
    return find_spec("moto") is not None and find_spec("flask") is not None


class AwsServer:
    """`start` returns at once; `ready` waits."""

    def __init__(self, port: int, log: Path, mark: str) -> None:
        self.port = port
        self._log = log
        self._mark = mark
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Mapping[str, str]:
        """What lets the AWS SDK find it and nothing else."""
        region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
        return {**SIGNED, **region, "AWS_ENDPOINT_URL": self.url}

    def start(self) -> None:
        """At a low priority: the rest of the demo comes first."""
        moto = [sys.executable, "-m", "bot.sandbox.aws.moto", "-H", "127.0.0.1", "-p", str(self.port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["nice", *moto],
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **SIGNED, MARK: self._mark},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def ready(self, over: threading.Event) -> None:
        """Returns when it answers, or when all is over. Raises PointsmanError when it ends, or is too slow."""
        deadline = time.monotonic() + PATIENCE
        while not over.wait(0.3) and not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise PointsmanError(f"the stand-in for AWS did not start; its log: {self._log}")

    def client(self, service: str) -> Any:
        session = boto3.session.Session("demo", "demo", region_name=REGION)
        # boto3's stubs know a closed list of names
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/moto-api/", timeout=5).ok
        except requests.RequestException:
            return False
