"""The targets as the benchmark sees them."""

from pathlib import Path
from typing import Any

from benchmarks.checking.certificates import Authority
from benchmarks.checking.processes import Spoken
from benchmarks.checking.scene import Scene, address, addresses


class Targets(Spoken):
    """Use as a context: all addresses answer on entry, with TLS where there is an authority."""

    def __init__(self, authority: Authority | None = None) -> None:
        super().__init__("benchmarks.checking.listening", [str(authority.directory)] if authority else [])
        self.authority = authority
        self.port = int(self.line())

    @classmethod
    def of(cls, scheme: str, directory: Path) -> "Targets":
        return cls(Authority.create(directory / "tls", addresses()) if scheme == "https" else None)

    def scene(self, checks: int) -> Scene:
        return Scene("https" if self.authority else "http", self.port, checks)

    def mark(self, expected: int) -> None:
        self.ask(f"mark {expected}")

    def report(self) -> dict[str, Any]:
        return self.ask("report")

    def die(self, place: int) -> float:
        """The target of a doomed service answers once more and is gone; when that was."""
        return float(self.ask(f"die {address(-1 - place)}")["died_at"])
