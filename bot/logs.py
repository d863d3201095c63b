"""The log: JSON in production, colours on a terminal, one form for our lines and the libraries', and no secrets."""

import logging
import re
import sys
from collections.abc import Callable, Sequence
from typing import Literal, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bot.secrecy import Secrets

TOKEN = re.compile(r"\b(xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]+")
# Libraries that tell of every request at INFO; their warnings are kept.
CHATTY = ("apscheduler", "paramiko", "urllib3", "slack_bolt", "slack_sdk", "uvicorn.access", "dbos")

_LEARNT = Secrets()
"""Secrets that were opened while the bot runs; the log is one for the whole process."""

Renderer = Callable[[WrappedLogger, str, EventDict], str | bytes]


def configure(
    level: str = "INFO",
    form: Literal["auto", "json", "console"] = "auto",
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Sends all logging to `stream` (default: standard error). `secrets` never appear, whoever logs them."""
    stream = stream or sys.stderr
    colours = form == "console" or (form == "auto" and stream.isatty())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=[*_rendering(colours), _without_secrets(_renderer(colours, stream.isatty()), secrets)],
        )
    )
    _route(handler, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def hide(secret: str) -> None:
    """From now on it appears in no line."""
    _LEARNT.learn(secret)


def _route(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level if level == "DEBUG" else "WARNING")


def _rendering(colours: bool) -> list[Processor]:
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return (
        [meta]
        if colours
        else [meta, structlog.processors.format_exc_info, structlog.processors.EventRenamer("message")]
    )


def _renderer(colours: bool, terminal: bool) -> Renderer:
    if colours:
        return structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _without_secrets(render: Renderer, secrets: Sequence[str]) -> Renderer:
    """Works on the rendered line, so that a secret inside a traceback or a URL is caught too."""
    known = Secrets(secrets)

    def rendered(logger: WrappedLogger, name: str, event: EventDict) -> str:
        line = render(logger, name, event)
        text = line if isinstance(line, str) else line.decode()
        return TOKEN.sub(r"\1-…", _LEARNT.hidden(known.hidden(text)))

    return rendered
