"""The arguments of a Web API call, from a form, a JSON body or the query string."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.sandbox.slack.refused import Refused

TRUE = {"1", "true", "True"}


class Args:
    """Named arguments. Forms carry structures as JSON text and everything else as text; JSON bodies carry both."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers are taken as text, structures refused."""
        value = self.given.get(name, default)
        if isinstance(value, (dict, list)):
            raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] must be a string [{name}]"]})
        return str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """A text that must be there and not empty."""
        if not (value := self.text(name)):
            missing = [f"[ERROR] missing required field: {name}"]
            raise Refused(error, response_metadata={"messages": missing})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no."""
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value) in TRUE

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`; anything above is cut to it, anything else refused."""
        try:
            value = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise Refused("invalid_arguments") from None
        if value < 1:
            raise Refused("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(value, most)

    def structure(self, name: str, error: str) -> Any:
        """A list or mapping, or None when it is absent; JSON text is read, refused with `error` when it is none."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None


async def read_args(request: Request) -> Args:
    """All arguments of a request; the body wins over the query string."""
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        given |= _json_object(await request.body())
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given |= dict(await request.form())
    return Args(given)


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value
