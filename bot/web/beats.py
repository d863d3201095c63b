"""Where jobs call the bot: /beat/TOKEN when they are well, /beat/TOKEN/fail or /beat/TOKEN/3 when they are not."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.engine.beats import BeatBook
from bot.errors import StateError
from bot.secrecy import shortened

log = structlog.get_logger(__name__)

READ = 16 * 1024  # bytes of a body; whoever sends more is heard, and the rest is not read
NOTE = 200  # characters that are kept
PATIENCE = 10.0  # seconds for a body to arrive
THREADS = 4
SECRET = {"Cache-Control": "no-store"}


def beats(book: BeatBook) -> APIRouter:
    """GET, HEAD or POST: 200 once the beat is written, 404 for an address that is none, 503 while it cannot be."""
    web = APIRouter()
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="beats")

    @web.api_route("/beat/{token}", methods=["GET", "HEAD", "POST"])
    async def beat(token: str, request: Request) -> Response:
        return await _heard(token, "0", request)

    @web.api_route("/beat/{token}/{how}", methods=["GET", "HEAD", "POST"])
    async def beat_with(token: str, how: str, request: Request) -> Response:
        return await _heard(token, how, request)

    async def _heard(token: str, how: str, request: Request) -> Response:
        status = _status(how)
        if status is None and how != "fail":
            return _unknown()
        note = await _note(request)
        said = status if "how" in request.path_params else None
        return await asyncio.get_running_loop().run_in_executor(threads, _keep, book, token, status == 0, said, note)

    return web


def _status(how: str) -> int | None:
    """An exit status, 0 to 255."""
    return int(how) if how.isascii() and how.isdecimal() and len(how) <= 3 and int(how) <= 255 else None


def _keep(book: BeatBook, token: str, ok: bool, status: int | None, note: str) -> Response:
    try:
        known = book.beat(token, ok, status, note)
    except StateError as error:
        log.error("a beat could not be written, and was refused", error=str(error))
        return Response("not written; try again\n", 503, SECRET | {"Retry-After": "5"})
    return Response("OK\n", 200, SECRET) if known else _unknown()


def _unknown() -> Response:
    return Response("no such address\n", 404, SECRET)


async def _note(request: Request) -> str:
    """The first line of the body that says something; none where it does not arrive."""
    try:
        taken = await asyncio.wait_for(_head(request), PATIENCE)
    except (TimeoutError, ClientDisconnect):
        return ""
    lines = ("".join(filter(str.isprintable, line)).strip() for line in taken.decode(errors="replace").splitlines())
    return shortened(next(filter(None, lines), ""), NOTE)


async def _head(request: Request) -> bytes:
    """As much of the body as is read."""
    taken = bytearray()
    async for part in request.stream():
        taken += part[: READ - len(taken)]
        if len(taken) >= READ:
            break
    return bytes(taken)
