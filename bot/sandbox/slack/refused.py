"""How the stand-in says no, in Slack's own words.

Refused              `{"ok": false, "error": error}` with HTTP status 200, as Slack answers a bad call
└── TooManyRequests  the same with 429 and Retry-After
ManifestRefused      an app manifest that Slack would not take: every problem at once
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import PointsmanError


class Refused(PointsmanError):
    """A Web API call that Slack answers with `ok: false`; `extra` is merged into the answer."""

    status = 200

    def __init__(self, error: str, /, **extra: Any) -> None:
        self.error = error
        self.extra: Mapping[str, Any] = extra
        super().__init__(error)

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        return {"ok": False, "error": self.error, **self.extra}

    def headers(self) -> dict[str, str]:
        """Headers beside it."""
        return {}


class TooManyRequests(Refused):
    """429; `retry_after` in whole seconds, as Slack gives it."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__("ratelimited")

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class ManifestRefused(PointsmanError):
    """`problems` holds every one, each with its path: `features.slash_commands[0].description: …`."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("invalid_manifest\n" + "\n".join(self.problems))
