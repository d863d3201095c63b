"""The status page and its JSON twin, for everybody or for who has the token."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from bot.engine.showcase import Showcase
from bot.errors import StateError
from bot.web.guard import Guard
from bot.web.kept import KeptPage
from bot.web.page import PAGES, Pages
from bot.web.twin import Twin

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding",
}
AWAY = "The state cannot be read now. Try again in a minute; the log says why."
TOKENLESS = {"error": "send STATUS_TOKEN as Authorization: Bearer …"}


def status_page(showcase: Showcase, guard: Guard, detailed: bool) -> APIRouter:
    """GET / and /status.json. With `detailed`, outages are told with their host and cause, which may hold what a
    server said of itself. Both are written once, however many look.
    """
    web = APIRouter()
    pages = Pages(detailed)
    renewed, still, twin = KeptPage(pages.renewed), KeptPage(pages.still), KeptPage(Twin(detailed).write)
    style = (PAGES / "status.css").read_text("utf-8")

    @web.get("/")
    def page(request: Request) -> Response:
        if not guard.admits(request):
            return HTMLResponse(pages.door(wrong=False), 401, HEADERS)
        wanted = still if "still" in request.query_params else renewed
        return _answer(request, showcase, wanted, "text/html; charset=utf-8", _page_away)

    @web.post("/")
    def enter(request: Request, token: Annotated[str, Form(max_length=1000)] = "") -> Response:
        if not guard.is_token(token):
            return HTMLResponse(pages.door(wrong=True), 401, HEADERS)
        answer = RedirectResponse("/", 303, HEADERS)
        guard.remember(answer, request)
        return answer

    @web.get("/status.json")
    def as_json(request: Request) -> Response:
        if not guard.admits(request):
            return JSONResponse(TOKENLESS, 401, HEADERS)
        return _answer(request, showcase, twin, "application/json", _twin_away)

    @web.get("/status.css")
    def css() -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    return web


def _answer(request: Request, showcase: Showcase, page: KeptPage, kind: str, away: Callable[[], Response]) -> Response:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    try:
        body = page.of(showcase.show(), packed)
    except StateError:
        return away()
    return Response(body, headers=HEADERS | ({"Content-Encoding": "gzip"} if packed else {}), media_type=kind)


def _page_away() -> Response:
    return HTMLResponse(AWAY, 503, HEADERS)


def _twin_away() -> Response:
    return JSONResponse({"error": AWAY}, 503, HEADERS)
