"""As much of AWS as the rules ask, in a process of its own: `python -m benchmarks.orchestrating.aws 10,1000`.

It answers DescribeInstances in pages of 500 and GetMetricData for whatever is asked, so that what the bot's own calls
cost can be told from what an emulator takes to answer them. Prints its port, then serves until it is ended.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import click

PAGE = 500
CPU = 60.0
HEAD = (
    '<?xml version="1.0"?><DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>'
)
INSTANCE = (
    "<item><instancesSet><item><instanceId>i-{0:017x}</instanceId><instanceState><code>16</code><name>running</name>"
    "</instanceState><launchTime>2026-01-05T00:00:00.000Z</launchTime><placement><availabilityZone>eu-west-1a"
    "</availabilityZone></placement><subnetId>subnet-1</subnetId><privateIpAddress>10.0.0.1</privateIpAddress>"
    "<tagSet><item><key>service</key><value>{1}</value></item></tagSet></item></instancesSet></item>"
)


class Aws(BaseHTTPRequestHandler):
    """`sizes` is how many instances each service has."""

    protocol_version = "HTTP/1.1"
    sizes: dict[str, int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"DescribeInstances" in body:
            self._answer(self._instances(parse_qs(body.decode())), "text/xml")
        else:
            self._answer(_metrics(body), "application/x-amz-json-1.0")

    def _instances(self, asked: dict[str, list[str]]) -> bytes:
        service, begin = asked["Filter.1.Value.1"][0], int(asked.get("NextToken", ["0"])[0])
        end = min(begin + PAGE, self.sizes[service])
        items = "".join(INSTANCE.format(hash(service) % 2**32 * 2**16 + one, service) for one in range(begin, end))
        more = f"<nextToken>{end}</nextToken>" if end < self.sizes[service] else ""
        return f"{HEAD}{items}</reservationSet>{more}</DescribeInstancesResponse>".encode()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nobody reads it."""


def _metrics(body: bytes) -> bytes:
    """Ten minutes of points for each query."""
    newest = time.time() // 60 * 60 - 120
    times = [newest - 60 * one for one in range(10)]
    results = [
        {"Id": query["Id"], "Label": "CPU", "StatusCode": "Complete", "Timestamps": times, "Values": [CPU] * 10}
        for query in json.loads(body)["MetricDataQueries"]
    ]
    return json.dumps({"MetricDataResults": results}).encode()


def main(sizes: str) -> None:
    Aws.sizes = {f"shop{number}": int(size) for number, size in enumerate(sizes.split(","))}
    with ThreadingHTTPServer(("127.0.0.1", 0), Aws) as server:
        click.echo(f"listening on http://127.0.0.1:{server.server_port}")
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
