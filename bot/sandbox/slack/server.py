"""A Slack workspace on localhost, and the hands of the people in it.

server = Server(Seed.demo())
server.start()
client = WebClient(server.bot_token, base_url=server.api_url)
delivery = server.command("ana", "/deploy", "shop@1.1.0 to production", channel="deploys")
server.stop()
"""

import time
from pathlib import Path

from bot.sandbox.slack.api import Gate
from bot.sandbox.slack.call import Seen
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.hands import Hands
from bot.sandbox.slack.hub import build_hub
from bot.sandbox.slack.ids import Clock
from bot.sandbox.slack.journal import Journal
from bot.sandbox.slack.limits.manifest import manifest_problems
from bot.sandbox.slack.page_feed import Machines
from bot.sandbox.slack.people import People
from bot.sandbox.slack.refused import ManifestRefused
from bot.sandbox.slack.seed import Seed
from bot.sandbox.slack.thread import WebThread
from bot.sandbox.slack.transport import Lines
from bot.sandbox.slack.web import build_web

__all__ = ["Delivery", "Faults", "ManifestRefused", "Seed", "Server"]


class Server(Hands):
    """Listens on 127.0.0.1 in a thread of its own; every method may be called from any other thread.

    `port` 0 takes a free one. `state_file` keeps channels, messages and home tabs for the next start. `machines` fills
    the page's machine room. `clock` gives seconds since 1970: timestamps, expiries and rate limits follow it.
    """

    def __init__(
        self,
        seed: Seed,
        port: int = 0,
        state_file: Path | None = None,
        *,
        machines: Machines | None = None,
        clock: Clock = time.time,
    ) -> None:
        hub, lines = build_hub(seed, Journal(state_file), clock), Lines()
        people, self._thread, self._gate = People(hub), WebThread(lines), Gate(hub, lines)
        super().__init__(hub, people, self._thread)
        self._port, self._web = port, build_web(hub, people, self._gate, lines, machines)
        self.bot_token, self.app_token, self.signing_secret = seed.bot_token, seed.app_token, seed.signing_secret
        self.url = self.api_url = ""
        self.faults: Faults = hub.faults
        self.faults.changed = lambda: self._thread.soon(self._faults_changed)

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken. After `stop` it is the same workspace at the same address."""
        self._port = self._thread.start(self._web, self._port)
        self.url = f"http://127.0.0.1:{self._port}"
        self.api_url = self.url + "/api/"
        self.hub.listen_at(self.url)
        self.hub.journal.resume()

    def stop(self) -> None:
        """Hang up on everybody and give the port back: connections are refused, the state file is complete."""
        self._thread.call(self.hub.dispatcher.stop)
        self._thread.stop()
        self.hub.journal.close()

    def _faults_changed(self) -> None:
        if self.hub.faults.away:
            self.hub.sockets.cut()
        self.hub.feed.tell({"type": "faults", "faults": self.hub.faults.shown()})

    def register(self, manifest: Json) -> None:
        """Install the app from its manifest: commands, scopes, events, Socket Mode. Raises ManifestRefused."""
        if problems := manifest_problems(manifest):
            raise ManifestRefused(problems)
        self._thread.call(lambda: self.hub.workspace.install(manifest))

    @property
    def request_url(self) -> str:
        """When it is set, everything goes there as signed HTTP, whatever the manifest says."""
        return self.hub.app.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.hub.app.request_url = url

    @property
    def enforce_rates(self) -> bool:
        """Whether calls beyond Slack's rate limits get 429."""
        return self.hub.rates.enforced

    @enforce_rates.setter
    def enforce_rates(self, enforced: bool) -> None:
        self.hub.rates.enforced = enforced

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections the app has open."""
        return self.hub.sockets.count

    def drop_sockets(self, reason: str | None = "refresh_requested") -> int:
        """Hang up with one of Slack's reasons, or abruptly with None; answers on how many."""
        return self._thread.wait(self.hub.sockets.drop(reason))

    def calls(self, method: str | None = None) -> list[Seen]:
        """The Web API calls as they were served, oldest first; posts to response URLs are called "response_url"."""
        return [seen for seen in list(self._gate.seen) if method in (None, seen.method)]
