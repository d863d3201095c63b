"""Where Slack's requests come in: slack-bolt behind Socket Mode, or behind signed HTTP."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

from fastapi import APIRouter
from slack_bolt import App, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult

from bot.app.assembly import Pointsman
from bot.backends.slack_client import quiet_logger
from bot.backends.slack_socket import Socket
from bot.engine.pulse import Line, Pulse
from bot.engine.showcase import Showcase
from bot.engine.sns import SnsDoor
from bot.errors import PointsmanError
from bot.settings import Settings
from bot.web.beats import beats
from bot.web.guard import Guard
from bot.web.health import health
from bot.web.hooks import hooks
from bot.web.metrics import metrics
from bot.web.serving import serve
from bot.web.site import site
from bot.web.slack_events import slack_events
from bot.web.status_page import status_page
from handlers import register
from handlers.typed import forget

log = logging.getLogger(__name__)

BROKE = "Pointsman itself failed on this ({}); its log says where. Nothing may have begun: look at `/status` first."
LISTENERS = 16  # requests worked on at once: one may wait for git, the others must not wait for it


@contextmanager
def open_edge(settings: Settings, pointsman: Pointsman) -> Iterator[str]:
    """Takes requests until it is left, and gives its own address. Raises SlackRefused when Slack does not accept the
    app's token, PointsmanError when HTTP_ADDR is taken.
    """
    app = bolt_app(settings, pointsman)
    with ExitStack() as stack:
        if settings.slack_app_token:
            socket = Socket(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url)
            address = _serve(stack, settings, pages(settings, pointsman, socket.check))
            socket.start()
            stack.callback(socket.stop)
        else:
            secret = settings.slack_signing_secret
            events = slack_events(app, secret.get_secret_value() if secret else "")
            address = _serve(stack, settings, [events, *pages(settings, pointsman, pointsman.slack.ping)])
        yield address


def pages(settings: Settings, pointsman: Pointsman, line: Line) -> list[APIRouter]:
    """What is served beside Slack's requests; `line` tells how Slack is reached."""
    db, fleet, clock = pointsman.db, pointsman.fleet.current, pointsman.clock
    pulse = Pulse(db, pointsman.monitor, fleet, line, clock, pointsman.deliverer.took, pointsman.cloud.calls.counts)
    guard = Guard(settings.status_token.get_secret_value() if settings.status_token else None)
    found = [health(pulse), metrics(pulse, guard), beats(pointsman.beats), *_hooks(settings, pointsman)]
    if settings.status_page == "off":
        return found
    behind = settings.status_page == "token"
    return [*found, status_page(Showcase(db, fleet, clock), guard if behind else Guard(None), detailed=behind)]


def _hooks(settings: Settings, pointsman: Pointsman) -> list[APIRouter]:
    token = settings.webhook_token.get_secret_value() if settings.webhook_token else None
    door = SnsDoor(settings.topics, pointsman.sns.get, pointsman.clock) if settings.topics else None
    return [hooks(pointsman.engine.intake, pointsman.clock, token, door)] if token or door else []


def _serve(stack: ExitStack, settings: Settings, routers: list[APIRouter]) -> str:
    try:
        return stack.enter_context(serve(site(*routers), settings.http_host, settings.http_port))
    except OSError as error:
        raise PointsmanError(f"{error}; end what listens there, or set HTTP_ADDR to another port") from error


def bolt_app(settings: Settings, pointsman: Pointsman) -> App:
    secret = settings.slack_signing_secret
    known = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=pointsman.client.token)
    app = App(
        client=pointsman.client,
        signing_secret=secret.get_secret_value() if secret else None,
        token_verification_enabled=False,  # done once at the start, where Slack may be away
        authorize=lambda: known,  # else Bolt asks auth.test before the first ack, and waits for it
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener"),
        logger=quiet_logger(),
    )
    forget(app, pointsman.secrets.hidden)
    register(app, pointsman.office)
    app.error(broke)
    return app


def broke(error: Exception, body: dict[str, Any], respond: Respond) -> BoltResponse:
    """The edge of every handler: a defect is logged with its traceback, and who asked is told."""
    what = body.get("command") or body.get("type")
    log.error("a handler broke on %s", what, exc_info=error)
    if body.get("response_url"):
        respond(text=BROKE.format(type(error).__name__), response_type="ephemeral", replace_original=False)
    return BoltResponse(status=200, body="")
