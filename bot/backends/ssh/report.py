"""A script's answer, read: lines of `name value`, then perhaps `tail` and raw output to the end."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.backends.ssh.commands.text import MARK
from bot.errors import HostRefused

TAIL_LINES = 30
TAIL_CHARS = 3000

ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\^_])")
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Report:
    """`tail` is cleaned, without the credentials of an address, and short enough for a message."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    tail: str = ""

    def get(self, name: str) -> str:
        """The last value of that name, or an empty string."""
        return self.fields.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def has(self, name: str) -> bool:
        return name in self.fields


class Lines:
    """Passes on each line of an answer once it is whole: from the mark to the tail, neither of them included."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard
        self._rest = b""
        self._inside = False
        self._over = False

    def feed(self, data: bytes) -> None:
        if self._over:
            return
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._one(line.decode(errors="replace"))

    def _one(self, line: str) -> None:
        self._over = self._over or (self._inside and line == "tail")
        if self._inside and not self._over:
            self._heard(line)
        self._inside = self._inside or line == MARK


def read(text: str) -> Report | None:
    """None if the script never began: the login answered with something else."""
    _, mark, answer = text.partition(f"\n{MARK}\n")
    if not mark:
        return None
    head, _, tail = f"\n{answer}".partition("\ntail\n")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        name, _, value = line.partition(" ")
        if name:
            fields.setdefault(name, []).append(cleaned(value))
    return Report(fields, shortened(CREDENTIALS.sub("***@", cleaned(tail))))


def understood(host: str, status: int, output: str, errors: str) -> Report:
    """Raises HostRefused where something else answered than the script."""
    report = read(output)
    if report is None or status != 0:
        said = (errors or output).strip().splitlines()
        what = f"the login shell did not run a script (status {status}): {said[-1] if said else 'no output'}"
        raise HostRefused(host, what)
    return report


def cleaned(text: str) -> str:
    """Without colours, cursor movements, control characters, and what a carriage return had overwritten."""
    lines = ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(CONTROLS.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines)


def shortened(text: str, lines: int = TAIL_LINES, chars: int = TAIL_CHARS) -> str:
    """The last lines, and of these the last characters; a line cut in two begins with an ellipsis."""
    kept = "\n".join(text.strip("\n").split("\n")[-lines:])
    return kept if len(kept) <= chars else f"…{kept[1 - chars :]}"
