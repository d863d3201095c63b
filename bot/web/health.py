"""/healthz and /readyz, for whoever keeps the process running."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.engine.pulse import Part, Pulse


def health(pulse: Pulse) -> APIRouter:
    """GET /healthz: 503 only for what a restart may mend. GET /readyz: 503 while anything that the bot needs fails.

    Both say of each part how it does. The functions are no coroutines: they may wait for the database and for Slack,
    which FastAPI lets them do in threads.
    """
    web = APIRouter()

    @web.get("/healthz")
    def healthz() -> JSONResponse:
        return _answer([pulse.sweeps()])

    @web.get("/readyz")
    def readyz() -> JSONResponse:
        return _answer(pulse.parts())

    return web


def _answer(parts: Iterable[Part]) -> JSONResponse:
    said = {part.name: {"ok": part.ok, "what": part.words} for part in parts}
    well = all(part["ok"] for part in said.values())
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"ok": well, "parts": said}, status_code=200 if well else 503, headers=headers)
