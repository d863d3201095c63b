"""Socket Mode that never gives up: Slack may be away at the start, hang up for its own reasons, or be switched off."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import structlog
from slack_bolt import App

from bot.backends.slack_client import web_client
from bot.backends.slack_errors import told
from bot.backends.slack_link import Link
from bot.errors import SlackAway, SlackBusy, SlackError, SlackRefused

log = structlog.get_logger(__name__)

LISTENERS = 10  # envelopes handled at once; each is acknowledged in milliseconds
LOOK = 0.25  # seconds between two looks at the line
FIRST, LONGEST = 1.0, 30.0  # seconds between two tries
SWITCHED_OFF = 60.0  # seconds; only a person can change that
SHORT = 5.0  # seconds; a line that lived less counts as a failed try
OVERLAP = 10.0  # seconds for which an old line may still finish what it began
WRONG_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked", "token_expired"}
)
TODO = {
    "link_disabled": "switch Socket Mode on at https://api.slack.com/apps, or set SLACK_SIGNING_SECRET for HTTP mode",
    "missing_scope": "give the app-level token the scope connections:write, or make a new one",
    "too_many_websockets": "ten processes hold a connection for this app: end one of them",
}
NEW_TOKEN = "SLACK_APP_TOKEN must be the app-level token (xapp-…) with the scope connections:write"


class Socket:
    """Envelopes from Slack to a Bolt app."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        self._app, self._token = app, app_token
        self._web = web_client(app_token, api_url)
        self._workers = ThreadPoolExecutor(LISTENERS, thread_name_prefix="envelope")
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep, name="socket-mode", daemon=True)
        self._link: Link | None = None
        self._old: list[tuple[Link, float]] = []
        self._leaving = ""  # Slack's reason for asking us to go
        self._down = False
        self._pause, self._not_before = FIRST, 0.0

    @property
    def connected(self) -> bool:
        """Whether envelopes can come in."""
        return self._link is not None and self._link.is_connected()

    def check(self) -> None:
        """Raises SlackAway while envelopes cannot come in."""
        if not self.connected:
            raise SlackAway("no connection to Slack: commands and buttons do not arrive")

    def start(self) -> None:
        """Connects, and stays connected until `stop`. Raises SlackRefused when the token is wrong; when Slack cannot
        be reached it says so in the log and keeps trying.
        """
        try:
            self._open()
        except SlackRefused as refused:
            if refused.code in WRONG_TOKEN or refused.code == "missing_scope":
                raise SlackRefused(refused.code, NEW_TOKEN) from refused
            self._failed(refused)
        except SlackError as error:
            self._failed(error)
        self._thread.start()

    def stop(self) -> None:
        """Hangs up, when the listeners that run have answered."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._workers.shutdown()
        for link in (self._link, *(old for old, _ in self._old)):
            if link is not None:
                link.close()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(LOOK)
            self._wake.clear()
            self._retire(OVERLAP)
            if self._stopping.is_set() or (self.connected and not self._leaving):
                continue
            try:
                self._again()
            except SlackError as error:
                self._failed(error)
            except Exception:
                log.exception("connecting to Slack failed in a way nobody foresaw; trying again")
                self._wait(LONGEST)

    def _again(self) -> None:
        """A new line when it is time for one; the old one goes on until the new one is there."""
        if self._link is not None:
            self._lost(self._link)
        if time.monotonic() >= self._not_before:
            self._open()

    def _lost(self, link: Link) -> None:
        """The line was cut, or Slack asked us to leave it: how soon to try again depends on why."""
        self._old.append((link, time.monotonic()))
        self._link = None
        reason = self._leaving
        if reason in TODO:
            self._say_down(f"Slack hung up: {reason}", TODO[reason])
            self._wait(SWITCHED_OFF if reason == "link_disabled" else LONGEST)
        elif time.monotonic() - link.opened_at < SHORT:
            self._wait(self._longer())

    def _open(self) -> None:
        with told():
            url = str(self._web.apps_connections_open(app_token=self._token)["url"])
        link = Link(url, self._app, self._workers, self._asked_to_leave, self._wake.set)
        self._leaving, self._link = "", link
        link.start()
        if self._down:
            log.info("connected to Slack again")
        self._down = False

    def _retire(self, after: float) -> None:
        """Closes lines that were replaced long enough ago."""
        now = time.monotonic()
        for link, since in list(self._old):
            if link.closed or now - since > after:
                link.close()
                self._old.remove((link, since))

    def _failed(self, error: SlackError) -> None:
        code = error.code if isinstance(error, SlackRefused) else ""
        todo = NEW_TOKEN if code in WRONG_TOKEN else TODO.get(code, "nothing: trying again until it answers")
        self._say_down(str(error), todo)
        asked = error.retry_after if isinstance(error, SlackBusy) else 0.0
        self._wait(SWITCHED_OFF if code else max(self._longer(), asked))

    def _say_down(self, error: str, todo: str) -> None:
        if not self._down:
            log.warning("no connection to Slack: commands and buttons do not arrive", error=error, todo=todo)
        self._down = True

    def _longer(self) -> float:
        """The next pause; it grows until a line has held for a while."""
        if time.monotonic() - self._not_before > LONGEST:
            self._pause = FIRST
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST)
        return pause

    def _wait(self, seconds: float) -> None:
        self._not_before = time.monotonic() + seconds

    def _asked_to_leave(self, link: Link, reason: str) -> None:
        if link is self._link:
            self._leaving = reason
            self._wake.set()
