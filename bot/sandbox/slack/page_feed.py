"""The page's own endpoints: what to show, what happens, and what a person does there."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.people import People
from bot.sandbox.slack.refused import Refused

PAGE = Path(__file__).parent.parent / "page"
log = logging.getLogger(__name__)


class Machines(Protocol):
    """The hosts that the page's machine room shows and switches."""

    def list(self) -> Sequence[Mapping[str, object]]: ...

    def act(self, name: str, action: str) -> object: ...


class PageFeed:
    """Serves `/` and `/page/…` to a browser."""

    def __init__(self, hub: Hub, people: People, machines: Machines | None) -> None:
        self._hub, self._people, self._machines = hub, people, machines

    def routes(self) -> list[BaseRoute]:
        """Every route of the page."""
        return [
            Route("/", self.index),
            Mount("/page/static", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/page/state", self.state),
            Route("/page/messages", self.messages),
            Route("/page/home", self.home),
            WebSocketRoute("/page/live", self.live),
            Route("/page/machines", self.list_machines),
            Route("/page/machines/{name}/{action}", self.act_on_machine, methods=["POST"]),
        ]

    async def index(self, request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def state(self, request: Request) -> Response:
        """Everything that the frame around the conversation needs. A person who is gone is seen as the first one."""
        hub, asked = self._hub, request.query_params.get("user", "")
        user = asked if asked in hub.workspace.people else next(iter(hub.workspace.people))
        fields = ("id", "name", "real_name", "title", "color")
        people = [{name: getattr(person, name) for name in fields} for person in hub.workspace.people.values()]
        commands = [
            {"command": row.command, "description": row.description, "usage_hint": row.usage_hint}
            for row in hub.app.commands.values()
        ]
        return JSONResponse(
            {
                "team": {"id": hub.seed.team_id, "name": hub.seed.team_name, "domain": hub.seed.team_domain},
                "me": user,
                "app": {"id": hub.app.app_id, "bot_id": hub.app.bot_id, "user": hub.app.bot_user, "name": hub.app.name},
                "users": [person | {"is_bot": person["id"] == hub.app.bot_user} for person in people],
                "usergroups": [
                    {"id": group.id, "handle": group.handle, "name": group.name, "users": sorted(group.members)}
                    for group in hub.workspace.groups.values()
                ],
                "channels": self._channels(user),
                "commands": commands,
                "faults": hub.faults.shown(),
                "sockets": hub.sockets.count,
                "machines_url": "/page/machines" if self._machines else None,
            }
        )

    def _channels(self, user: str) -> list[Json]:
        """The channels, and the direct conversation with the app once there is one."""
        channels = [place for place in self._hub.workspace.channels.values() if user in place.members]
        return [
            {"id": place.id, "name": place.name or self._hub.app.name, "topic": place.topic, "kind": place.kind}
            for place in channels
        ]

    async def messages(self, request: Request) -> Response:
        """A channel's messages without the replies, or one thread with its root; the person's ephemeral ones too."""
        hub, user, thread = self._hub, _user(self._hub, request), request.query_params.get("thread_ts", "")
        channel = request.query_params.get("channel", "")
        if channel not in hub.workspace.messages:
            raise Refused("channel_not_found")
        rows = []
        for message in hub.workspace.messages[channel].values():
            inside = thread in (message.ts, message.thread_ts) if thread else message.thread_ts in ("", message.ts)
            if inside and message.only_for in ("", user):
                rows.append(hub.workspace.shown(message))
        return JSONResponse(rows)

    async def home(self, request: Request) -> Response:
        """The home tab; opening it tells the app."""
        user = _user(self._hub, request)
        self._people.open_home(user)
        view = self._hub.workspace.homes.get(user)
        return JSONResponse(self._hub.workspace.view_shown(view) if view else None)

    async def live(self, socket: WebSocket) -> None:
        """Events for one window, until it goes."""
        await socket.accept()
        waiting: asyncio.Queue[Json] = asyncio.Queue()
        waiting.put_nowait({"type": "hello"})
        stop = self._hub.feed.listen(socket.query_params.get("user", ""), waiting.put_nowait)
        sending = asyncio.create_task(_forward(waiting, socket))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            log.debug("a window closed")
        finally:
            stop()
            sending.cancel()

    async def list_machines(self, request: Request) -> Response:
        machines = await asyncio.to_thread(self._need_machines().list)
        return JSONResponse([dict(machine) for machine in machines])

    async def act_on_machine(self, request: Request) -> Response:
        name, action = request.path_params["name"], request.path_params["action"]
        try:
            await asyncio.to_thread(self._need_machines().act, name, action)
        except KeyError:
            raise Refused("no_such_machine") from None
        except ValueError:
            raise Refused("no_such_action") from None
        return JSONResponse({"ok": True})

    def _need_machines(self) -> Machines:
        if self._machines is None:
            raise Refused("no_machines")
        return self._machines


async def _forward(waiting: "asyncio.Queue[Json]", socket: WebSocket) -> None:
    while True:
        await socket.send_json(await waiting.get())


def _user(hub: Hub, request: Request) -> str:
    user = request.query_params.get("user", "")
    if user not in hub.workspace.people:
        raise Refused("user_not_found")
    return user


async def refused(request: Request, error: Any) -> Response:
    """A page request that makes no sense."""
    return JSONResponse(error.body(), 400)
