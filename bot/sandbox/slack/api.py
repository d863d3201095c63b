"""The Web API's door: who calls, may they, how often, and what trouble was asked for."""

import asyncio
from collections import deque

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.slack.args import Args, read_args
from bot.sandbox.slack.blocks import refused_blocks
from bot.sandbox.slack.call import Call, Method, Seen
from bot.sandbox.slack.catalog import METHODS
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.files import receive
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.limits.blocks import NEWER
from bot.sandbox.slack.limits.rules import at
from bot.sandbox.slack.refused import Refused, TooManyRequests
from bot.sandbox.slack.transport import Lines

REMEMBERED = 100_000


class Gate:
    """Serves `/api/METHOD`, `/hooks/…` and `/upload/…`, and remembers each call."""

    def __init__(self, hub: Hub, lines: Lines) -> None:
        self._hub, self._lines = hub, lines
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED)

    async def api(self, request: Request) -> Response:
        """One Web API call."""
        name = request.path_params["method"]
        try:
            args = await read_args(request)
        except Refused as refused:
            return self._answer(name, {}, refused.body())
        if trouble := await self._trouble(name, args):
            return trouble
        token = _token(request, args)
        shown = {key: value for key, value in args.given.items() if key != "token"}
        try:
            self._be_old(name, args)
            body = {"ok": True, **self._run(name, token, args)}
        except Refused as refused:
            return self._answer(name, shown, refused.body(), refused.status, refused.headers())
        if self._hub.faults.take(name, "lost_reply"):
            return self._cut(request, name, shown, body)
        return self._answer(name, shown, body)

    async def _trouble(self, name: str, args: Args) -> Response | None:
        """What goes wrong before anything is done."""
        if self._hub.faults.away:
            return Response(status_code=503)
        if slow := self._hub.faults.take(name, "slow"):
            await asyncio.sleep(slow.seconds)
        fault = self._hub.faults.take(name, "rate_limited", "server_error")
        return self._failed(fault, name, args) if fault else None

    def _failed(self, fault: Fault, name: str, args: Args) -> Response:
        if fault.kind == "rate_limited":
            refused = TooManyRequests(fault.retry_after)
            return self._answer(name, args.given, refused.body(), refused.status, refused.headers())
        return self._answer(name, args.given, {"ok": False, "error": "internal_error"}, 500)

    def _be_old(self, name: str, args: Args) -> None:
        """Refuses newer blocks where a fault wants it."""
        blocks = args.structure("blocks", "invalid_blocks_format") or ()
        newer = [place for place, block in enumerate(blocks) if isinstance(block, dict) and block.get("type") in NEWER]
        if newer and self._hub.faults.take(name, "old_blocks"):
            raise refused_blocks("invalid_blocks", [at("unsupported type", f"/blocks/{place}") for place in newer])

    def _run(self, name: str, token: str, args: Args) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        self._authorize(method, token)
        self._hub.rates.check(name, method.tier, self._hub.workspace.channel_id(args.text("channel")))
        self._hub.need_one(method.scopes)
        return method.run(Call(self._hub, args))

    def _authorize(self, method: Method, token: str) -> None:
        seed = self._hub.seed
        if method.token == "any":
            return
        if not token:
            raise Refused("not_authed")
        if token not in (seed.bot_token, seed.app_token):
            raise Refused("invalid_auth")
        if (token == seed.app_token) != (method.token == "app"):
            raise Refused("not_allowed_token_type")

    def _answer(
        self, name: str, args: Json, body: Json, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        self.seen.append(Seen(self._hub.clock(), name, args, body))
        scopes = {"x-oauth-scopes": ",".join(sorted(self._hub.app.scopes or ()))}
        return JSONResponse(body, status, {**scopes, **(headers or {})})

    def _cut(self, request: Request, name: str, args: Json, body: Json) -> Response:
        self.seen.append(Seen(self._hub.clock(), name, args, body))
        self._lines.abort(request)()
        return Response(status_code=500)

    async def hook(self, request: Request) -> Response:
        """A post to a response_url."""
        try:
            args = await read_args(request)
            if trouble := await self._trouble("response_url", args):
                return trouble
            self._be_old("response_url", args)
            self._hub.hooks.post(request.path_params["path"], args)
        except Refused as refused:
            self.seen.append(Seen(self._hub.clock(), "response_url", {}, refused.body()))
            gone = refused.error in ("no_service", "expired_url", "used_url")
            return JSONResponse(refused.body(), 404 if gone else 400)
        self.seen.append(Seen(self._hub.clock(), "response_url", args.given, {"ok": True}))
        if self._hub.faults.take("response_url", "lost_reply"):
            self._lines.abort(request)()
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        """The bytes of a file."""
        if trouble := await self._trouble("upload", Args({})):
            return trouble
        data = await request.body()
        if not receive(self._hub, request.path_params["file_id"], request.path_params["ticket"], data):
            return PlainTextResponse("upload_failed", 400)
        return PlainTextResponse(f"OK - {len(data)}")

    async def download(self, request: Request) -> Response:
        """A file that was uploaded, as text."""
        text = self._hub.workspace.files.get(request.path_params["file_id"])
        return PlainTextResponse("file_not_found", 404) if text is None else PlainTextResponse(text)


def _token(request: Request, args: Args) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else args.text("token")
