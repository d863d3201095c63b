"""The whole web application: API, hooks, uploads, sockets and page on one port."""

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.sandbox.slack.api import Gate
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.page_acts import PageActs
from bot.sandbox.slack.page_feed import Machines, PageFeed, refused
from bot.sandbox.slack.people import People
from bot.sandbox.slack.refused import Refused
from bot.sandbox.slack.transport import Lines


def build_web(hub: Hub, people: People, gate: Gate, lines: Lines, machines: Machines | None) -> Starlette:
    """Everything that the server serves."""

    async def link(socket: WebSocket) -> None:
        """An app connects by Socket Mode."""
        if hub.faults.away:
            await socket.close(1013)
            return
        await hub.sockets.serve(socket, socket.path_params["ticket"], lines.abort(socket))

    routes = [
        Route("/api/{method}", gate.api, methods=["GET", "POST"]),
        Route("/hooks/{path:path}", gate.hook, methods=["POST"]),
        Route("/upload/{file_id}/{ticket}", gate.upload, methods=["POST"]),
        Route("/files/{file_id}", gate.download),
        WebSocketRoute("/link/{ticket}", link),
        *PageFeed(hub, people, machines).routes(),
        *PageActs(hub, people).routes(),
    ]
    return Starlette(routes=routes, exception_handlers={Refused: refused})
