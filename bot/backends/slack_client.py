"""slack_sdk's client as the bot wants it: short timeouts, no retries of its own, no log lines of its own."""

import logging
import ssl
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_sdk import WebClient

TIMEOUT = 10  # seconds for a whole call; Slack answers in well under one
QUIET = "pointsman.slack_sdk"


def web_client(token: str, api_url: str) -> WebClient:
    """A client for the Web API at `api_url`. A post that is repeated blindly appears twice: nothing is retried here."""
    client = WebClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT,
        ssl=trust_for(api_url),
        retry_handlers=[],
        logger=quiet_logger(),
    )
    client.proxy = proxy_for(api_url, client.proxy)
    return client


def trust_for(url: str) -> ssl.SSLContext | None:
    """The authorities' certificates, read once: slack_sdk alone reads them at every call, for 23 ms of CPU."""
    return ssl.create_default_context() if urlsplit(url).scheme == "https" else None


def proxy_for(url: str, proxy: str | None) -> str | None:
    """The proxy of the environment, unless NO_PROXY names this host: slack_sdk does not look at that."""
    host = urlsplit(url).hostname or ""
    return None if proxy_bypass(host) else proxy


def quiet_logger() -> logging.Logger:
    """For slack_sdk, which logs each failed call: what matters is raised, and said once by whoever decides on it."""
    logger = logging.getLogger(QUIET)
    logger.setLevel(logging.CRITICAL)
    return logger
