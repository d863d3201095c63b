"""Alerts from elsewhere: Alertmanager, SNS, and a plain webhook.

Who may is settled before a body is read, and bodies are bounded. What is sent is read and recorded in threads of its
own, so that a flood holds up neither Slack nor health checks.
"""

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.engine.clock import Clock
from bot.engine.intake import Intake
from bot.engine.sns import SnsDoor, Verdict
from bot.errors import StateError
from bot.plan.foreign.alertmanager import alertmanager
from bot.plan.foreign.plain import plain
from bot.reports import Malformed, Report
from bot.web.bodies import PATIENCE, body_of
from bot.web.complaints import Complaints
from bot.web.guard import Guard

log = structlog.get_logger(__name__)

LARGEST = 2 * 2**20  # bytes; an Alertmanager's group of a thousand alerts has one
THREADS = 4
SENT_AGAIN = {"Retry-After": "30"}

Read = Callable[[bytes], tuple[int, str, Sequence[Report]]]
"""A body as (status, why not, what it says); 200 when it makes sense."""


def hooks(intake: Intake, clock: Clock, token: str | None, sns: SnsDoor | None) -> APIRouter:
    """POST /hooks/alertmanager and /hooks/alert for who has the token, as a bearer, as the password of basic
    authentication, or as the path's last part; POST /hooks/sns for what SNS has signed. Those that are not set are not
    there.
    """
    web, desk = APIRouter(), Desk(intake)
    guard = Guard(token)

    def take(name: str, read: Read) -> None:
        async def hook(request: Request) -> Response:
            if not is_let_in(guard, request):
                return desk.no(name, 401, "the token is not WEBHOOK_TOKEN", {"WWW-Authenticate": "Bearer"})
            return await desk.answer(name, request, read)

        web.post(f"/hooks/{name}")(hook)
        web.post(f"/hooks/{name}/{{secret}}")(hook)

    if token:
        take("alertmanager", lambda body: _read(alertmanager(body)))
        take("alert", lambda body: _read(plain(body, clock.now())))
    if sns:

        @web.post("/hooks/sns")
        async def from_sns(request: Request) -> Response:
            return await desk.answer("sns", request, lambda body: _let_in(sns, body))

    return web


def is_let_in(guard: Guard, request: Request) -> bool:
    """By its header; without one, by the path. Never by a query, which logs show."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        given = str(request.path_params.get("secret", ""))
    return guard.is_token(given)


class Desk:
    """Reads, records, answers; what is wrong is said in the log once in a while."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")
        self._complaints = Complaints(log)

    async def answer(self, name: str, request: Request, read: Read) -> Response:
        try:
            body = await asyncio.wait_for(body_of(request, LARGEST), PATIENCE)
        except (TimeoutError, ClientDisconnect):
            return self.no(name, 408, "the body did not arrive")
        if body is None:
            return self.no(name, 413, f"at most {LARGEST:,} bytes")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._take, name, body, read)

    def _take(self, name: str, body: bytes, read: Read) -> Response:
        try:
            status, why, reports = read(body)
            if status != 200:
                return self.no(name, status, why, SENT_AGAIN if status == 503 else None)
            taken = self._intake.take(reports) if reports else None
        except StateError as error:
            log.error("an alert from elsewhere waits for the database", hook=name, error=str(error))
            return self.no(name, 503, "it cannot be recorded now: send it again", SENT_AGAIN)
        except Exception:  # the edge: who sent it shall send it again
            log.exception("an alert from elsewhere was not taken", hook=name)
            return Response("this is our fault; the log says where\n", 500)
        return Response(f"{taken.begun if taken else 0} begun, {taken.ended if taken else 0} ended\n")

    def no(self, name: str, status: int, why: str, headers: dict[str, str] | None = None) -> Response:
        self._complaints.say(f"{name} {status}", "a webhook was refused", hook=name, status=status, why=why)
        return Response(f"{why}\n", status, headers=headers)


def _read(found: list[Report] | Malformed) -> tuple[int, str, Sequence[Report]]:
    return (400, found.what, ()) if isinstance(found, Malformed) else (200, "", found)


def _let_in(sns: SnsDoor, body: bytes) -> tuple[int, str, Sequence[Report]]:
    statuses = {Verdict.TAKEN: 200, Verdict.MALFORMED: 400, Verdict.FORBIDDEN: 403, Verdict.AWAY: 503}
    found = sns.let_in(body)
    return statuses[found.verdict], found.why, found.reports
