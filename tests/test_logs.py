"""What the log shows, in both forms, and what it never shows."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import configure

SECRET = "0123456789abcdef0123456789abcdef"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_json_has_time_level_logger_and_message() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    logging.getLogger("bot.engine").info("deploy %d began", 41)
    (line,) = lines(stream)
    assert (line["message"], line["level"], line["logger"]) == ("deploy 41 began", "info", "bot.engine")
    assert line["timestamp"].endswith("Z")


def test_structlog_and_logging_come_out_alike() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    structlog.get_logger("bot.engine").info("deploy began", deploy=41)
    logging.getLogger("bot.engine").info("deploy began", extra={"deploy": 41})
    first, second = lines(stream)
    assert first["deploy"] == second["deploy"] == 41
    assert set(first) == set(second)


@pytest.mark.parametrize(("stream", "is_json"), [(io.StringIO(), True), (Terminal(), False)])
def test_auto_is_json_unless_a_person_is_watching(stream: io.StringIO, is_json: bool) -> None:
    configure("INFO", "auto", stream=stream)
    logging.getLogger("bot").info("hello")
    assert stream.getvalue().startswith("{") is is_json
    assert "hello" in stream.getvalue()


def test_the_level_is_kept() -> None:
    stream = io.StringIO()
    configure("WARNING", "json", stream=stream)
    logging.getLogger("bot").info("quiet")
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    assert [line["message"] for line in lines(stream)] == ["loud"]


@pytest.mark.parametrize(("level", "heard"), [("INFO", ["trouble"]), ("DEBUG", ["chatter", "trouble"])])
def test_chatty_libraries_are_heard_only_when_asked_for(level: str, heard: list[str]) -> None:
    stream = io.StringIO()
    configure(level, "json", stream=stream)
    logging.getLogger("paramiko.transport").info("chatter")
    logging.getLogger("paramiko.transport").warning("trouble")
    assert [line["message"] for line in lines(stream)] == heard


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_is_ever_written(form: Any) -> None:
    stream = io.StringIO()
    configure("INFO", form, [SECRET, KEY], stream)
    logger = logging.getLogger("slack_sdk")
    logger.setLevel("INFO")
    logger.info("sent with %s and %s", SECRET, KEY)
    logger.info("xoxb-12-abcDEF and xapp-1-A1-xyz and xoxe.xoxb-1-abc")
    try:
        raise ValueError(f"https://slack.com/api?token={SECRET}")
    except ValueError:
        logger.exception("failed")
    written = stream.getvalue()
    assert "Traceback" in written
    assert not [word for word in (SECRET, "c2VjcmV0", "abcDEF", "A1-xyz", "xoxb-1") if word in written]


def test_a_traceback_is_one_json_line() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    try:
        raise ValueError("no such host")
    except ValueError:
        logging.getLogger("bot").exception("failed")
    (line,) = lines(stream)
    assert line["exception"].endswith("ValueError: no such host")


def test_configuring_twice_writes_once() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    configure("INFO", "json", stream=stream)
    logging.getLogger("bot").info("once")
    assert len(lines(stream)) == 1


def test_what_json_cannot_hold_is_written_as_text() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    logging.getLogger("bot").info("odd", extra={"path": {1, 2}.__class__})
    assert lines(stream)[0]["path"] == "<class 'set'>"
