"""Bringing a payload to the app: over one of its sockets, or as a signed HTTP request to its request URL."""

import asyncio
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.ids import Clock
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.sockets import Sockets

ACK_WITHIN = 3.0
EVENT_PAUSES = (0.0, 60.0, 300.0)  # seconds before each further try
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(slots=True)
class Delivery:
    """What became of one payload.

    `acked_after` in seconds, None without an ack; `response` what the ack carried; `error` is None,
    "dispatch_failed" (nobody took it) or "operation_timeout" (no ack in three seconds). `errors` are the complaints
    about a submitted view by block id, whoever made them: Slack's own form check or the app.
    """

    kind: str
    payload: Json
    acked_after: float | None = None
    response: Json = field(default_factory=dict)
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors


class Dispatcher:
    """Sends slash commands, interactions and events, and waits for the ack."""

    def __init__(self, app: Installation, sockets: Sockets, signing_secret: str, clock: Clock) -> None:
        self._app, self._sockets, self._secret, self._clock = app, sockets, signing_secret, clock
        self.event_pauses: tuple[float, ...] = EVENT_PAUSES
        self.away: Callable[[], bool] = lambda: False
        self._retries: set[asyncio.Task[None]] = set()

    async def deliver(self, kind: str, payload: Json, *, response: bool = False, attempt: int = 0) -> Delivery:
        """Send one payload; `kind` is the envelope's type. `response` says whether the ack may carry an answer."""
        delivery = Delivery(kind, payload)
        started = time.monotonic()
        try:
            delivery.response = await self._send(kind, payload, response, attempt)
            delivery.acked_after = time.monotonic() - started
        except TimeoutError:
            delivery.error = "operation_timeout"
        except OSError:
            delivery.error = "dispatch_failed"
        return delivery

    async def _send(self, kind: str, payload: Json, response: bool, attempt: int) -> Json:
        if self.away():
            raise ConnectionError("Slack is away")
        what = "options" if payload.get("type") == "block_suggestion" else kind
        if url := self._app.url_for(what, payload.get("command", "")):
            request = self._signed(url, kind, payload, attempt)
            return await asyncio.wait_for(asyncio.to_thread(_post, request), ACK_WITHIN)
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": response,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        return await self._sockets.send(envelope, ACK_WITHIN)

    def _signed(self, url: str, kind: str, payload: Json, attempt: int) -> urllib.request.Request:
        content_type, body = _encode(kind, payload)
        headers = sign(self._secret, str(int(self._clock())), body) | {"Content-Type": content_type}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        return urllib.request.Request(url, data=body, headers=headers, method="POST")

    def event(self, payload: Json) -> None:
        """Send an event in the background; without an ack it is sent again at once, after 1 and after 5 minutes."""
        task = asyncio.get_running_loop().create_task(self._insist(payload))
        self._retries.add(task)
        task.add_done_callback(self._retries.discard)

    async def _insist(self, payload: Json) -> None:
        for attempt, pause in enumerate((0.0, *self.event_pauses)):
            await asyncio.sleep(pause)
            if (await self.deliver("events_api", payload, attempt=attempt)).ok:
                return

    def stop(self) -> None:
        """Give up on events that are still to be sent again."""
        for task in self._retries:
            task.cancel()


def sign(secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    """The two headers by which an app knows that a request is Slack's: HMAC-SHA256 over `v0:timestamp:body`."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _encode(kind: str, payload: Json) -> tuple[str, bytes]:
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    fields: dict[str, Any] = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urllib.parse.urlencode(fields).encode()


def _post(request: urllib.request.Request) -> Json:
    try:
        with DIRECT.open(request, timeout=ACK_WITHIN) as answer:
            body, kind = answer.read(), answer.headers.get_content_type()
    except urllib.error.HTTPError as refused:
        refused.close()
        raise
    except urllib.error.URLError as failed:
        if isinstance(failed.reason, TimeoutError):
            raise failed.reason from failed
        raise
    except http.client.HTTPException as garbled:
        raise ConnectionError("the app's answer is no HTTP") from garbled
    return _read(kind, body)


def _read(kind: str, body: bytes) -> Json:
    text = body.decode(errors="replace")
    if kind != "application/json":
        return {"text": text} if text else {}
    try:
        parsed = json.loads(text or "{}")
    except ValueError as garbled:
        raise ConnectionError("the app's answer is no JSON") from garbled
    return parsed if isinstance(parsed, dict) else {}
