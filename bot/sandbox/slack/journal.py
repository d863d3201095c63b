"""The state file: one JSON line per thing as it changed, the last line about a thing counts.

A line is written whole and at once, so that a killed process loses at most the change it was in.
"""

import json
import os
from pathlib import Path

from bot.sandbox.slack.entities import Json


class Journal:
    """Keeps things by (kind, key). Without a path it keeps nothing and finds nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = -1

    def load(self) -> dict[str, dict[str, Json]]:
        """`{kind: {key: body}}` as it last was; also shortens the file to that and opens it for writing."""
        kept: dict[str, dict[str, Json]] = {}
        if self._path is None:
            return kept
        for line in self._lines(self._path):
            bodies = kept.setdefault(line["kind"], {})
            if line["body"] is None:
                bodies.pop(line["key"], None)
            else:
                bodies[line["key"]] = line["body"]
        self._compact(self._path, kept)
        return kept

    def put(self, kind: str, key: str, body: Json | None) -> None:
        """Keep `body` under (kind, key); None forgets it."""
        if self._file >= 0:
            os.write(self._file, _line(kind, key, body))

    def resume(self) -> None:
        """Write on, after `close`."""
        if self._path is not None and self._file < 0:
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def close(self) -> None:
        """Nothing is kept after this, until `resume`."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @staticmethod
    def _lines(path: Path) -> list[Json]:
        lines = []
        for raw in path.read_bytes().splitlines() if path.exists() else []:
            try:
                lines.append(json.loads(raw))
            except ValueError:
                break  # the line that a killed process did not finish; nothing stands after it
        return lines

    def _compact(self, path: Path, kept: dict[str, dict[str, Json]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as file:
            for kind, bodies in kept.items():
                file.writelines(_line(kind, key, body) for key, body in bodies.items())
        fresh.replace(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)


def _line(kind: str, key: str, body: Json | None) -> bytes:
    return json.dumps({"kind": kind, "key": key, "body": body}, separators=(",", ":")).encode() + b"\n"
