"""What went wrong with a call to Slack, told by one question: may it have been carried out?"""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import SlackAway, SlackBusy, SlackError, SlackRefused, SlackUnclear
from bot.secrecy import shortened

TOO_MANY = frozenset({"ratelimited", "rate_limited"})
# Slack's own trouble. Of fatal_error it says: "some aspect of the operation" may have succeeded.
ITS_OWN_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
WAIT = 5.0  # seconds, where Slack says "too many" and not how long


@contextmanager
def told() -> Iterator[None]:
    """Turns whatever slack_sdk and the network raise into SlackRefused, SlackBusy, SlackAway or SlackUnclear."""
    try:
        yield
    except SlackApiError as error:
        raise _answered(error) from error
    except URLError as error:
        raise _not_sent(error) from error
    except SlackClientError as error:
        raise SlackAway(f"slack_sdk could not make the call: {error}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SlackUnclear(f"no whole answer from Slack: {_named(error)}") from error


def _answered(error: SlackApiError) -> SlackError:
    response = error.response
    code = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    status = int(response.status_code)
    if status == 429 or code in TOO_MANY:
        return SlackBusy(_retry_after(response.headers))
    if status >= 500 or code in ITS_OWN_TROUBLE:
        return SlackUnclear(f"Slack answered {status} {code}".strip())
    if not code or " " in code:  # not from Slack: a proxy's page, which slack_sdk puts into words
        return SlackUnclear(f"an answer with status {status} that is not Slack's: {shortened(code, 200)}")
    return SlackRefused(code, _detail(response.data))


def _retry_after(headers: dict[str, Any]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(0.0, float(value))
            except ValueError:
                return WAIT
    return WAIT


def _detail(data: dict[str, Any]) -> str:
    """What Slack adds: the scope it needs, or what is wrong with which block."""
    parts = [f"{name} {data[name]}" for name in ("needed", "provided") if data.get(name)]
    parts += (data.get("response_metadata") or {}).get("messages") or []
    parts += data.get("errors") or []
    return shortened(" · ".join(str(part) for part in parts), 500)


def _not_sent(error: URLError) -> SlackError:
    """urllib wraps in URLError what happens until the request is sent; only some of it shows that nothing was."""
    reason = error.reason
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return SlackAway(f"Slack cannot be reached: {_named(reason)}")
    if isinstance(reason, OSError) and reason.errno in NO_ROUTE:
        return SlackAway(f"Slack cannot be reached: {_named(reason)}")
    return SlackUnclear(f"no answer from Slack: {reason}")


def _named(error: Exception) -> str:
    """`ConnectionResetError` and friends often have no words of their own."""
    return str(error) or type(error).__name__
