"""The demo's AWS, beside everything else: it begins when the rest stands, and nobody waits for it."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bot.errors import PointsmanError
from bot.sandbox.aws import estate, images
from bot.sandbox.aws.hill import Hill, busy
from bot.sandbox.aws.instances import Instances
from bot.sandbox.aws.server import AwsServer
from bot.sandbox.hosts import SshHost

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between two looks at the instances
POINTS_EVERY = 15.0  # seconds between two readings of each CPU


class Cloud:
    """`hosts` are the instances' now. `trust` as for Instances; a hill begins when the file `hill` is touched."""

    def __init__(
        self, server: AwsServer, directory: Path, authorized_key: str, trust: Callable[[str], None], hill: Path
    ) -> None:
        self._server = server
        self._directory = directory
        self._hill = hill
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cloud")
        shutil.rmtree(directory, ignore_errors=True)  # AWS's stand-in has forgotten the instances of the last time
        self._instances = Instances(None, directory, authorized_key, trust)

    @property
    def hosts(self) -> dict[str, SshHost]:
        return self._instances.hosts

    @property
    def settings(self) -> Mapping[str, str]:
        """For who shall use it."""
        return self._server.settings

    def start(self) -> None:
        self._server.start()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._instances.close()
        self._server.stop()

    def _run(self) -> None:
        try:
            self._server.ready(self._over)
            if not self._over.is_set():
                self._go_round()
        except PointsmanError as error:
            log.error("no cloud in this demo", error=str(error))
        except Exception:
            if not self._over.is_set():
                log.exception("the demo's cloud has ended")

    def _go_round(self) -> None:
        ec2, elb, cloudwatch = (self._server.client(name) for name in ("ec2", "elbv2", "cloudwatch"))
        group = estate.build(ec2, elb)
        images.build(self._server.client("ecs"), self._server.client("ecr"))
        self._instances.ec2 = ec2
        measured = 0.0
        while not self._over.wait(EVERY):
            self._instances.sweep()
            if time.monotonic() - measured >= POINTS_EVERY:
                measured = time.monotonic()
                self._measure(elb, cloudwatch, group)

    def _measure(self, elb: Any, cloudwatch: Any, group: str) -> None:
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        serving = frozenset(one["Target"]["Id"] for one in found if one["TargetHealth"]["State"] == "healthy")
        now = datetime.now(UTC)
        readings = busy(self._begun(), list(self.hosts), serving & self.hosts.keys(), now.timestamp())
        points = [
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": name}],
                "Timestamp": now,
                "Value": value,
                "Unit": "Percent",
            }
            for name, value in readings.items()
        ]
        if points:
            cloudwatch.put_metric_data(Namespace="AWS/EC2", MetricData=points)

    def _begun(self) -> Hill:
        return Hill(self._hill.stat().st_mtime) if self._hill.exists() else Hill()
