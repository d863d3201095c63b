"""The status page and its JSON twin, for everybody or for who has the token."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.engine.showcase import Showcase
from bot.errors import StateError
from bot.messages.words import age, count, duration, percent
from bot.showing import Showing, lasted
from bot.web.drawing import DEPTH, HEIGHT, WIDTH, bars, highest, line, told
from bot.web.guard import Guard
from bot.web.twin import twin

PAGES = Path(__file__).parent / "pages"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AWAY = "The state cannot be read now. Try again in a minute; the log says why."


def status_page(showcase: Showcase, guard: Guard, detailed: bool) -> APIRouter:
    """GET / and /status.json. With `detailed`, outages are told with their host and cause, which may hold what a
    server said of itself.
    """
    web = APIRouter()
    render = partial(_render, _environment())
    style = (PAGES / "status.css").read_text("utf-8")

    @web.get("/")
    def page(request: Request) -> Response:
        if not guard.admits(request):
            return render("door.html", 401, wrong=False)
        try:
            return render("status.html", seen=showcase.show(), detailed=detailed)
        except StateError:
            return HTMLResponse(AWAY, 503, HEADERS)

    @web.post("/")
    def enter(request: Request, token: Annotated[str, Form(max_length=1000)] = "") -> Response:
        if not guard.is_token(token):
            return render("door.html", 401, wrong=True)
        answer = RedirectResponse("/", 303, HEADERS)
        guard.remember(answer, request)
        return answer

    @web.get("/status.json")
    def as_json(request: Request) -> Response:
        if not guard.admits(request):
            return JSONResponse({"error": "send STATUS_TOKEN as Authorization: Bearer …"}, 401, HEADERS)
        try:
            return JSONResponse(twin(showcase.show(), detailed), headers=HEADERS)
        except StateError:
            return JSONResponse({"error": AWAY}, 503, HEADERS)

    @web.get("/status.css")
    def css() -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    return web


def _environment() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters.update(percent=percent, duration=duration, age=age, count=count, seconds=_seconds)
    pages.globals.update(bars=bars, told=told, line=line, highest=highest, lasted=lasted, headline=headline)
    pages.globals.update(HEIGHT=HEIGHT, WIDTH=WIDTH, DEPTH=DEPTH)
    return pages


def _render(pages: Environment, name: str, status: int = 200, **facts: Any) -> Response:
    return HTMLResponse(pages.get_template(name).render(**facts), status, HEADERS)


def _seconds(value: float | None) -> str:
    return "–" if value is None else duration(timedelta(seconds=value))


def headline(seen: Showing) -> str:
    """`All 12 services are up`, or how many are not."""
    down = [row for row in seen.rows if row.down]
    if down:
        verb = "is" if len(down) == 1 else "are"
        return f"{len(down)} of {count(len(seen.rows), 'service')} {verb} down"
    watched = [row for row in seen.rows if row.checks]
    up = [row for row in watched if row.health == "up"]
    if len(up) < len(watched):
        return f"{len(up)} of {count(len(watched), 'watched service')} known to be up, none down"
    return f"All {count(len(up), 'watched service')} up" if len(up) > 1 else f"{count(len(up), 'watched service')} up"
