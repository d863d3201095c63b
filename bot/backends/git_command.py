"""Runs git: argument lists, no shell, no questions at a terminal, a deadline for the whole process group."""

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.settings import around

CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")

FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)")
"""What `git check-ref-format` does not let stand in a ref's name."""

WORDS = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C"}
"""In git's environment: it asks nobody anything, and its messages are the ones read here."""

FIXED = (
    "-c",
    "gc.autoDetach=false",
    "-c",
    "maintenance.autoDetach=false",
    "-c",
    "core.sshCommand=ssh -o BatchMode=yes",
)
"""A clean-up in the background would outlive the lock. GIT_SSH_COMMAND, where it is set, wins over its namesake."""


@dataclass(frozen=True, slots=True)
class Done:
    """`status` is None for a command that ran out of time."""

    status: int | None
    output: str
    errors: str

    @property
    def ok(self) -> bool:
        return self.status == 0


def git(
    directory: Path,
    arguments: Sequence[str],
    seconds: float,
    hold: int | None = None,
    stdin: str = "",
    into: IO[bytes] | None = None,
) -> Done:
    """Runs in `directory`. `hold` is a file descriptor that git keeps open too: a lock on it outlives this process.
    What it says goes `into` a file, where one is given: it may be larger than memory.
    """
    process = subprocess.Popen(
        ["git", f"--git-dir={directory}", *FIXED, *arguments],
        env=around(WORDS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if into is None else into,
        stderr=subprocess.PIPE,
        pass_fds=() if hold is None else (hold,),
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(stdin.encode(), seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Done(None, "", "")
    return Done(process.returncode, (output or b"").decode(errors="replace"), errors.decode(errors="replace"))


def valid_ref(ref: str) -> bool:
    """Whether a branch or tag could have this name: it then cannot be an option or an expression to git."""
    if not 0 < len(ref) <= 200 or FORBIDDEN.search(ref):
        return False
    return ref[0] not in "-/." and ref[-1] not in "/." and ref != "@"


def last_words(errors: str) -> str:
    """The line in which git says what was wrong, without credentials; ssh's own line stands before git's."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    fatal = [number for number, line in enumerate(lines) if line.startswith(("fatal:", "error:"))]
    if not fatal:
        return redacted(lines[-1]) if lines else "git said nothing"
    said = lines[fatal[-1]]
    if "Could not read from remote repository" in said and fatal[-1] > 0:
        said = lines[fatal[-1] - 1]
    return redacted(said)


def redacted(text: str) -> str:
    """A repository's address may hold a token: `https://***@example.com`."""
    return CREDENTIALS.sub("***@", text)
