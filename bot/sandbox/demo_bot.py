"""The bot as the demo runs it: a process of its own, which knows the sandbox only by its settings."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from bot.errors import PointsmanError
from bot.sandbox.demo_site import Layout
from bot.sandbox.processes import MARK
from bot.sandbox.slack.server import Server

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds until the bot is connected, or the first release stands
GRACE = 10.0  # seconds for the bot to end after SIGTERM
LAST_LINES = 15


def manifest(layout: Layout) -> dict[str, Any]:
    """What a person would paste into Slack, from the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "manifest"], env=_environment(layout), cwd=ROOT, capture_output=True, check=True
    )
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


class Bot:
    """Use as a context: started on entry, ended on exit. `settings` are added to those that the demo needs; `program`
    is what python is called with.
    """

    def __init__(
        self,
        layout: Layout,
        server: Server,
        settings: Mapping[str, str] | None = None,
        program: Sequence[str] = ("-m", "bot", "run"),
    ) -> None:
        self._layout = layout
        self._command = [sys.executable, *program]
        self._env = _environment(layout) | {
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_API_URL": server.api_url,
            "FLEET_FILE": str(layout.fleet_file),
            "DATABASE_URL": f"sqlite:///{layout.state / 'pointsman.db'}",
            "HTTP_ADDR": "127.0.0.1:0",
            "STATUS_PAGE": "public",
            "REPOS_DIR": str(layout.state / "repos"),
            "SSH_KEY_FILE": str(layout.key_file),
            "SSH_KNOWN_HOSTS": str(layout.known_hosts),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    def __enter__(self) -> "Bot":
        self.start()
        return self

    def start(self) -> None:
        with self._layout.bot_log.open("ab") as log:
            self._said_before = log.tell()  # bytes: what earlier starts wrote
            self._process = subprocess.Popen(
                self._command,
                env=self._env,
                cwd=self._layout.state,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the demo, which then ends the bot in order
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """As a power cut would: at whatever line it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def outlive(self, seconds: float) -> None:
        """Returns after so long, or when the bot has ended by itself."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def last_words(self) -> str:
        lines = self._layout.bot_log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])

    def address(self) -> str:
        """Where it listens by HTTP, as it says in its log; empty until it is ready."""
        said = self._layout.bot_log.read_bytes()[self._said_before :].decode(errors="replace")
        ready = [line for line in said.splitlines() if '"message": "ready"' in line and line.endswith("}")]
        return str(json.loads(ready[-1])["listening"]) if ready else ""

    def wait_until_connected(self, server: Server) -> None:
        self.wait_until(lambda: server.sockets > 0)

    def wait_until(self, so: Callable[[], bool]) -> None:
        """Raises PointsmanError with the bot's last words when it ends, or when it is not so within a minute."""
        deadline = time.monotonic() + PATIENCE
        while not so():
            if not self.alive() or time.monotonic() > deadline:
                raise PointsmanError(f"the demo's bot did not get ready; its last words:\n{self.last_words()}")
            time.sleep(0.1)


def _environment(layout: Layout) -> dict[str, str]:
    """Nothing of the caller's but where programs are: a real workspace's tokens must not get in here."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), MARK: layout.bot_mark, "PYTHONUNBUFFERED": "1"}
