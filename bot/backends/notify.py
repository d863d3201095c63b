"""Mail and whatever else apprise knows, each call in a process of its own that is ended at a deadline."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.errors import Problem
from bot.letters import Letter, entry_of, recipient_of, ways_of_entry
from bot.secrecy import shortened

CHILD = Path(__file__).with_name("notify_child.py")
DEADLINE = 60.0  # seconds; the process alone needs two to begin on a busy machine
GRACE = 5.0  # seconds that what is under way gets at the end
SHOWN = 300  # characters of a reason


class Notifier:
    """`urls` are apprise's addresses by name: secrets, which go nowhere but to the child's pipe."""

    def __init__(self, urls: Mapping[str, str], deadline: float = DEADLINE) -> None:
        self._urls = dict(urls)
        self._deadline = deadline
        self._running: set[subprocess.Popen[bytes]] = set()
        self._checked: dict[str, Any] | None = None

    def send(self, way: str, letter: Letter) -> str:
        """Why it did not go, or may not have gone; empty when it did."""
        url, to = self._urls[entry_of(way)], recipient_of(way)
        answer = self._ask({"url": url, "to": to, "title": letter.title, "body": letter.body})
        if answer is None:
            return f"no end within {self._deadline:.0f} s"
        return "" if answer.get("sent") else shortened(str(answer.get("why", "its process died")), SHOWN)

    def problems(self) -> list[Problem]:
        """Those that apprise cannot use, by their names; none when it cannot be asked."""
        names = list(self._urls)
        unknown = [names[number] for number in self._check().get("unknown", ())]
        hint = "the list of services is on github.com/caronc/apprise"
        return [Problem("NOTIFY_URLS", f"apprise cannot use the entry {name}", hint=hint) for name in unknown]

    def ways(self) -> dict[str, list[str]]:
        """The ways that each entry is; one where apprise cannot be asked."""
        found = self._check().get("recipients") or [[] for _ in self._urls]
        return {name: ways_of_entry(name, some) for name, some in zip(self._urls, found, strict=True)}

    def _check(self) -> dict[str, Any]:
        """Asked once."""
        if self._checked is None:
            self._checked = (self._ask({"check": list(self._urls.values())}) or {}) if self._urls else {}
        return self._checked

    def close(self, grace: float = GRACE) -> None:
        """Ends what still runs then; what it carried is sent again after the next start."""
        deadline = time.monotonic() + grace
        for process in list(self._running):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _end(process)

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The child's answer, empty when it gave none; None when its time was over. -P: beside the child lie modules
        that bear names of the standard library.
        """
        process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running.add(process)
        try:
            output, _ = process.communicate(json.dumps(asked).encode() + b"\n", self._deadline)
        except subprocess.TimeoutExpired:
            _end(process)
            process.communicate()
            return None
        finally:
            self._running.discard(process)
        lines = output.decode(errors="replace").splitlines()
        return dict(json.loads(lines[-1])) if process.returncode == 0 and lines else {}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
