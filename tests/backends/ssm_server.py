"""Systems Manager's Run Command on this machine: JSON 1.1 over HTTP, and agents that really run the scripts.

It keeps AWS's limits: fifty instances a call, one unknown instance refuses all of it, 2,500 characters of output in a
list and 24,000 alone, a list that lags behind, a cancel that kills what the agent started and nothing that got away.
"""

import contextlib
import json
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

LISTED, WHOLE = 2_500, 24_000
OPERATIONS = {
    "DescribeInstanceInformation": "_describe",
    "SendCommand": "_send",
    "ListCommandInvocations": "_list",
    "GetCommandInvocation": "_get",
    "CancelCommand": "_cancel",
}
ERRORS = "\n----------ERROR-------\n"


class Refused(Exception):
    """An error of the API, by its name."""


@dataclass
class Agent:
    """On a host with this home; `programs` are found before the machine's own. A `slow` one fetches nothing."""

    home: Path
    ping: str = "Online"
    slow: bool = False
    names_itself: bool = True
    programs: Path | None = None

    def environment(self, name: str) -> dict[str, str]:
        path = os.environ["PATH"]
        more = {"PATH": f"{self.programs}:{path}" if self.programs else path, "HOME": str(self.home)}
        return {**more, **({"AWS_SSM_INSTANCE_ID": name} if self.names_itself else {})}


@dataclass
class Run:
    """A command on one host."""

    status: str = "Pending"
    details: str = "Pending"
    code: int = -1
    output: str = ""
    errors: str = ""
    looks: int = 0
    process: "subprocess.Popen[str] | None" = None


@dataclass
class Command:
    asked: dict[str, Any]
    runs: dict[str, Run]
    cancelled: bool = False
    failed: int = 0

    def stops(self) -> bool:
        most = self.asked["MaxErrors"]
        return not most.endswith("%") and self.failed > int(most)


@dataclass
class SystemsManager:
    """`calls` are the operations asked for, in their order; `refuse` is what the next calls of one are answered."""

    agents: dict[str, Agent] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)
    delivery: float = 0.5

    def __post_init__(self) -> None:
        self._guard = threading.RLock()
        self._pool = ThreadPoolExecutor(64)
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (Handler,), {"manager": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def client(self) -> Any:
        return boto3.session.Session("AKIATEST", "x", region_name="eu-west-1").client(
            "ssm",
            endpoint_url=f"http://127.0.0.1:{self._server.server_address[1]}",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def manage(self, name: str, home: Path) -> None:
        self.agents[name] = Agent(home)

    def close(self) -> None:
        self._over.set()
        for command in self.commands.values():
            self._end(command)
        self._pool.shutdown(wait=True)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def sent(self) -> list[list[str]]:
        """The instances of each command, in the order of the calls."""
        return [command.asked["InstanceIds"] for command in self.commands.values()]

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self._guard:
            self.calls.append(operation)
            if self.refuse.get(operation):
                raise Refused(self.refuse[operation].pop(0))
            found: dict[str, Any] = getattr(self, OPERATIONS[operation])(asked)
            return found

    def _describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        (wanted,) = (one["Values"] for one in asked["Filters"] if one["Key"] == "InstanceIds")
        known = [name for name in wanted if name in self.agents]
        rows = [{"InstanceId": name, "PingStatus": self.agents[name].ping, "LastPingDateTime": 1.8e9} for name in known]
        return {"InstanceInformationList": rows}

    def _send(self, asked: dict[str, Any]) -> dict[str, Any]:
        names = asked["InstanceIds"]
        if not 0 < len(names) <= 50 or asked["TimeoutSeconds"] < 30 or len(asked["Comment"]) > 100:
            raise Refused("ValidationException")
        if any(name not in self.agents for name in names):
            raise Refused("InvalidInstanceId")
        command_id = f"{len(self.commands) + 1:08}-0000-0000-0000-000000000000"
        command = self.commands[command_id] = Command(asked, {name: Run() for name in names})
        places = threading.Semaphore(int(asked["MaxConcurrency"]))
        for name in names:
            self._pool.submit(self._run, command, name, places)
        return {"Command": {"CommandId": command_id, "Status": "Pending"}}

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        rows = []
        for name, run in self._command(asked).runs.items():
            run.looks += 1
            if run.looks == 1:
                continue
            said = run.output + (ERRORS + run.errors if run.errors else "")
            plugin = {"Name": "aws:runShellScript", "Output": said[:LISTED]}
            rows.append({**_row(name, run), "CommandPlugins": [plugin]})
        return {"CommandInvocations": rows}

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        run = self._command(asked).runs[asked["InstanceId"]]
        said = {"StandardOutputContent": run.output[:WHOLE], "StandardErrorContent": run.errors[:8_000]}
        return {**_row(asked["InstanceId"], run), **said, "ResponseCode": run.code}

    def _cancel(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._end(self._command(asked))
        return {}

    def _command(self, asked: dict[str, Any]) -> Command:
        if asked["CommandId"] not in self.commands:
            raise Refused("InvalidCommandId")
        return self.commands[asked["CommandId"]]

    def _end(self, command: Command) -> None:
        with self._guard:
            command.cancelled = True
            for run in command.runs.values():
                if run.process is not None and run.process.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(run.process.pid, signal.SIGKILL)

    def _run(self, command: Command, name: str, places: threading.Semaphore) -> None:
        run, agent = command.runs[name], self.agents[name]
        with places:
            if agent.slow or agent.ping != "Online":
                self._over.wait(self.delivery)
                run.status, run.details = "TimedOut", "Delivery Timed Out"
                return
            with self._guard:
                if command.cancelled or command.stops():
                    run.status, run.details = "Cancelled", "Cancelled" if command.cancelled else "Terminated"
                    return
                run.process = _begun(command.asked["Parameters"]["commands"], agent.environment(name))
                run.status = run.details = "InProgress"
            self._wait(command, run, int(command.asked["Parameters"]["executionTimeout"][0]))

    def _wait(self, command: Command, run: Run, seconds: int) -> None:
        assert run.process is not None
        late = False
        try:
            said = run.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            late = True
            os.killpg(run.process.pid, signal.SIGKILL)
            said = run.process.communicate()
        with self._guard:
            run.output, run.errors = said
            run.code = run.process.returncode
            command.failed += run.code != 0
            run.status = "Success" if run.code == 0 else "Failed"
            run.details = run.status
            if command.cancelled:
                run.status, run.details = "Cancelled", "Cancelled"
            elif late:
                run.status, run.details = "TimedOut", "Execution Timed Out"


def _begun(commands: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    script = "\n".join(commands)
    pipe = subprocess.PIPE
    return subprocess.Popen(
        ["sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        errors="replace",
        cwd="/",
        env=environment,
        start_new_session=True,
    )


def _row(name: str, run: Run) -> dict[str, Any]:
    return {"InstanceId": name, "Status": run.status, "StatusDetails": run.details}


class Handler(BaseHTTPRequestHandler):
    manager: SystemsManager
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        try:
            status, body = 200, self.manager.answer(operation, asked)
        except Refused as refused:
            status, body = 400, {"__type": str(refused), "message": f"said {refused}"}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""
