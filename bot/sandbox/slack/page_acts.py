"""What a person does on the page: POST endpoints, each answered when the app has acknowledged."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.slack import form
from bot.sandbox.slack.args import Args, read_args
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.people import People
from bot.sandbox.slack.refused import Refused


class PageActs:
    """Serves `/page/command`, `/page/action` and the like."""

    def __init__(self, hub: Hub, people: People) -> None:
        self._hub, self._people = hub, people

    def routes(self) -> list[BaseRoute]:
        """Every route by which the page acts."""
        acts = {
            "/page/command": self.command,
            "/page/message": self.message,
            "/page/action": self.action,
            "/page/suggest": self.suggest,
            "/page/view/submit": self.submit,
            "/page/view/close": self.close,
            "/page/sockets/drop": self.drop_sockets,
        }
        faults = Route("/page/faults", self.faults, methods=["GET", "POST", "DELETE"])
        return [faults, *(Route(path, act, methods=["POST"]) for path, act in acts.items())]

    async def command(self, request: Request) -> Response:
        args, user = await self._read(request)
        place, command = self._channel(args), args.need("command")
        return _answer(await self._people.command(user, place, command, args.text("text")))

    async def message(self, request: Request) -> Response:
        args, user = await self._read(request)
        said = self._people.post(user, self._channel(args), args.need("text"), args.text("thread_ts"))
        return JSONResponse({"ok": True, "ts": said.ts})

    async def action(self, request: Request) -> Response:
        args, user = await self._read(request)
        where, given = self._people.place(_mapping(args, "container")), _mapping(args, "action")
        if given.get("type") not in form.VALUE_KEYS or not isinstance(given.get("action_id"), str):
            raise Refused("invalid_action")
        values = _values(_mapping(args, "state").get("values", {})) if "state" in args else {}
        acted = {**given, "action_ts": self._hub.workspace.times.next()}
        return _answer(await self._people.act(user, where, acted, values))

    async def suggest(self, request: Request) -> Response:
        args, user = await self._read(request)
        given = {"type": "view", "view_id": args.text("view_id")} if "view_id" in args else _mapping(args, "container")
        where = self._people.place(given)
        names = ("action_id", "block_id", "value")
        delivery = await self._people.suggest(user, where, *(args.text(name) for name in names))
        return JSONResponse(delivery.response if delivery.ok else {"options": [], "error": delivery.error})

    async def submit(self, request: Request) -> Response:
        args, user = await self._read(request)
        return _answer(await self._people.submit(user, args.need("view_id"), _values(_mapping(args, "values"))))

    async def close(self, request: Request) -> Response:
        args, user = await self._read(request)
        await self._people.close(user, args.need("view_id"))
        return JSONResponse({"ok": True})

    async def faults(self, request: Request) -> Response:
        """List, add or clear the faults."""
        if request.method == "DELETE":
            self._hub.faults.clear()
        elif request.method == "POST":
            await self._add_fault(await read_args(request))
        return JSONResponse(self._hub.faults.shown())

    async def _add_fault(self, args: Args) -> None:
        numbers: dict[str, Any] = {}
        for name, read in (("retry_after", int), ("seconds", float), ("times", int)):
            if name in args:
                try:
                    numbers[name] = read(args.text(name))
                except ValueError:
                    raise Refused("invalid_arguments") from None
        try:
            self._hub.faults.add(args.text("method") or "*", kind=args.need("kind"), **numbers)
        except ValueError:
            raise Refused("invalid_arguments") from None

    async def drop_sockets(self, request: Request) -> Response:
        args = await read_args(request)
        try:
            dropped = await self._hub.sockets.drop(args.text("reason") or None)
        except ValueError:
            raise Refused("invalid_arguments") from None
        return JSONResponse({"ok": True, "dropped": dropped})

    async def _read(self, request: Request) -> tuple[Args, str]:
        args = await read_args(request)
        user = args.need("user")
        if user not in self._hub.workspace.people:
            raise Refused("user_not_found")
        return args, user

    def _channel(self, args: Args) -> str:
        channel = args.need("channel")
        if channel not in self._hub.workspace.channels:
            raise Refused("channel_not_found")
        return channel


def _mapping(args: Args, name: str) -> Json:
    value = args.given.get(name)
    if not isinstance(value, dict):
        raise Refused("invalid_arguments")
    return value


def _values(given: Any) -> Json:
    """{block_id: {action_id: {type, …}}}"""
    if not isinstance(given, dict) or not all(isinstance(fields, dict) for fields in given.values()):
        raise Refused("invalid_arguments")
    return given


def _answer(delivery: Delivery) -> Response:
    body: Json = {"ok": delivery.ok}
    if delivery.error:
        body["error"] = delivery.error
    if delivery.errors:
        body["errors"] = delivery.errors
    if "view" in delivery.response:
        body["view"] = delivery.response["view"]
    return JSONResponse(body)
