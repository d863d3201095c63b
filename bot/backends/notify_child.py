"""A process of its own for apprise: it may hang, and needs 50 MB that the bot has no use for in between.

Reads one line of JSON, writes one. `{"check": [address, …]}` is answered with the places of those that apprise cannot
use; `{"url", "title", "body"}` with `{"sent", "why"}`. Addresses come by the pipe: arguments are seen by everybody.
"""

import json
import logging
import sys
from typing import Any

import apprise

TELLING = "Socket Exception"  # why a mail did not go is said for debugging only


class Heard(logging.Handler):
    """What apprise says of its troubles, without what it says of payloads and addresses."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if record.levelno >= logging.WARNING or line.startswith(TELLING):
            self.lines.append(line)


def check(urls: list[str]) -> list[int]:
    return [number for number, url in enumerate(urls) if apprise.Apprise.instantiate(url) is None]


def send(url: str, title: str, body: str) -> dict[str, Any]:
    heard = Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    way = apprise.Apprise()
    if not way.add(url):
        return {"sent": False, "why": "apprise cannot use this address"}
    done = way.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    return {"sent": bool(done), "why": " · ".join(heard.lines[-3:]) or "apprise does not say why"}


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    answer = {"unknown": check(asked["check"])} if "check" in asked else send(**asked)
    print(json.dumps(answer), flush=True)  # noqa: T201 - it is the answer


if __name__ == "__main__":
    main()
