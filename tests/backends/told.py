"""One AWS client whose answers are told beforehand (stubbed.py), in short words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.backends.stubbed import Stubbed, stubbed


class Told:
    def __init__(self, sessions: Stubbed, service: str) -> None:
        self._sessions = sessions
        self._service = service
        self.client = sessions.client(service)

    def says(self, method: str, answer: dict[str, Any], **asked: Any) -> None:
        """Its next call is this one; without `asked`, with whatever it is asked."""
        self._sessions.tell(self._service, method, answer, asked or None)

    def refuses(self, method: str, code: str, message: str = "no") -> None:
        self._sessions.refuse(self._service, method, code, message)


@contextmanager
def told(service: str) -> Iterator[Told]:
    with stubbed() as sessions:
        yield Told(sessions, service)
