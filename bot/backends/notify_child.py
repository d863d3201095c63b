"""A process of its own for apprise: it may hang, and needs 50 MB that the bot has no use for in between.

Reads one line of JSON, writes one. `{"check": [address, …]}` is answered with the places of those that apprise cannot
use, and the recipients of each; `{"url", "to", "title", "body"}` with `{"sent", "why"}`. Addresses come by the pipe:
arguments are seen by everybody.
"""

import json
import logging
import sys
from typing import Any

import apprise
from apprise.plugins.email import NotifyEmail

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


def check(urls: list[str]) -> dict[str, Any]:
    ways = [apprise.Apprise.instantiate(url) for url in urls]
    unknown = [number for number, way in enumerate(ways) if way is None]
    return {"unknown": unknown, "recipients": [recipients(way) for way in ways]}


def recipients(way: Any) -> list[str]:
    """Of a mail, whether to, cc or bcc, each once; of another way none that can be told apart."""
    if not isinstance(way, NotifyEmail):
        return []
    return list(dict.fromkeys([*(address for _, address in way.targets), *sorted(way.cc), *sorted(way.bcc)]))


def only(way: Any, to: str) -> bool:
    """From now on the way writes to this recipient and to nobody else; False where it is none of them."""
    if to not in recipients(way):
        return False
    way.targets = [one for one in way.targets if one[1] == to][:1] or [(False, to)]
    way.cc, way.bcc = set(), set()
    return True


def send(url: str, to: str, title: str, body: str) -> dict[str, Any]:
    heard = Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    way, found = apprise.Apprise(), apprise.Apprise.instantiate(url)
    if found is None or not way.add(found):
        return {"sent": False, "why": "apprise cannot use this address"}
    if to and not only(found, to):
        return {"sent": False, "why": "NOTIFY_URLS does not name this recipient any more"}
    done = way.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    return {"sent": bool(done), "why": " · ".join(heard.lines[-3:]) or "apprise does not say why"}


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    answer = check(asked["check"]) if "check" in asked else send(**asked)
    print(json.dumps(answer), flush=True)  # noqa: T201 - it is the answer


if __name__ == "__main__":
    main()
