"""HTTP mode: Slack's signed requests to a Bolt app, for workspaces where Socket Mode is not wanted.

The signature is checked before anything is parsed. Bolt runs in threads of its own, so that a slow listener holds up
nobody; the loop only reads and writes.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from fastapi import APIRouter, Request, Response
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect

from bot.web.bodies import PATIENCE, body_of

log = structlog.get_logger(__name__)

LARGEST = 2**20  # bytes; Slack's own payloads stay well below
THREADS = 16


def slack_events(app: App, signing_secret: str) -> APIRouter:
    """POST /slack/events. 401 without a good signature, 413 above 1 MB, 400 for what is no
    request of Slack's.
    """
    web = APIRouter()
    verifier = SignatureVerifier(signing_secret)
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-events")

    @web.post("/slack/events")
    async def events(request: Request) -> Response:
        try:
            body = await asyncio.wait_for(body_of(request, LARGEST), PATIENCE)
        except (TimeoutError, ClientDisconnect):
            return Response("the body did not arrive\n", 408)
        if body is None:
            return Response(f"at most {LARGEST:,} bytes\n", 413)
        if not _signed(verifier, body, request):
            return Response("the signature is not Slack's, or older than five minutes\n", 401)
        return await asyncio.get_running_loop().run_in_executor(threads, _answer, app, body, request)

    return web


def _signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError, OverflowError):  # a timestamp that is no moment, a signature that is no text
        return False


def _answer(app: App, body: bytes, request: Request) -> Response:
    try:
        asked = BoltRequest(
            body=body.decode(), query=dict(request.query_params), headers=_headers(request), mode="http"
        )
        answer = app.dispatch(asked)
    except Exception:
        log.exception("a signed request could not be read; Slack would not send such a one")
        return Response("this is no request of Slack's\n", 400)
    return _written(answer)


def _headers(request: Request) -> dict[str, str | Sequence[str]]:
    return {name: [value] for name, value in request.headers.items()}


def _written(answer: BoltResponse) -> Response:
    if answer.status >= 500:  # how Bolt answers a signed body of a shape that none of its parts can read
        return Response("this is no request of Slack's\n", 400)
    return Response(answer.body, answer.status, dict(answer.first_headers_without_set_cookie()))
