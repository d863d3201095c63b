"""Ours: the whole bot, as `python -m bot run` starts it, before the sandbox's Slack."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checking.processes import ROOT, end
from benchmarks.checking.scene import Scene
from bot.manifest import manifest
from bot.sandbox.slack.server import Seed, Server
from handlers import COMMANDS

PATIENCE = 120.0  # seconds until it is connected
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class Bot:
    """Its files are in `directory`; `roots` is the CA file that it trusts."""

    def __init__(self, directory: Path, scene: Scene, slack: Server, roots: Path | None) -> None:
        self._directory, self._slack = directory, slack
        directory.mkdir()
        (directory / "fleet.json").write_text(scene.fleet())
        self._env = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "PYTHONPATH": f"{self._unlike_tests()}:{ROOT}",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "FLEET_FILE": str(directory / "fleet.json"),
            "DATABASE_URL": f"sqlite:///{directory / 'pointsman.db'}",
            "HTTP_ADDR": "127.0.0.1:0",
            "REPOS_DIR": str(directory / "repos"),
            "SSH_KNOWN_HOSTS": str(directory / "known_hosts"),
            **({"SSL_CERT_FILE": str(roots)} if roots else {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def _unlike_tests(self) -> Path:
        """Hides what only the tests' libraries bring, and sqlite-utils would load: a bot that is installed has none."""
        place = self._directory / "unlike_tests"
        place.mkdir()
        (place / "numpy.py").write_text('raise ImportError("not where the bot is installed")\n')
        return place

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns once Slack's requests reach it. RuntimeError with its last words when they do not."""
        with (self._directory / "log").open("ab") as log:
            command = [sys.executable, "-m", "bot", "run"]
            self._process = subprocess.Popen(command, env=self._env, cwd=self._directory, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._slack.sockets:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the bot did not connect:\n{self.log()[-2000:]}")
            time.sleep(0.05)

    def log(self) -> str:
        return (self._directory / "log").read_text()

    def kill(self) -> None:
        """As a power cut would; returns once Slack has noticed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        while self._slack.sockets:
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            end(self._process)


@contextmanager
def bot_on(directory: Path, scene: Scene, slack: Server, roots: Path | None) -> Iterator[Bot]:
    """Running; ended in the end."""
    bot = Bot(directory, scene, slack, roots)
    try:
        bot.start()
        yield bot
    finally:
        bot.stop()


@contextmanager
def workspace() -> Iterator[Server]:
    """The sandbox's Slack with the app installed."""
    slack = Server(Seed.demo())
    slack.start()
    slack.register(manifest(COMMANDS))
    try:
        yield slack
    finally:
        slack.stop()
