"""A headless Chromium, a workspace, and a small Slack app in it.

Without a chromium or its driver these tests are skipped; under CI=true they fail.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from bot.sandbox.slack.server import Seed, Server
from tests.browser.pilot import MANIFEST, Pilot
from tests.browser.window import Window
from tests.programs import need
from tests.sandbox.slack.apps import by_socket, web_client

QUIET = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOGS = {"performance": "ALL", "browser": "ALL"}


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all tests of a worker; each test has a server, and so an origin and a storage, of its own."""
    options = Options()
    options.binary_location = need("chromium", "chromium-browser", "google-chrome")
    for flag in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", LOGS)
    browser = webdriver.Chrome(options=options, service=Service(need("chromedriver")))
    browser.set_script_timeout(10)
    yield browser
    browser.quit()


class Rack:
    """Two hosts that only note what was done to them."""

    def __init__(self) -> None:
        bare = {"address": "127.0.0.1:2201", "app": "running", "release": "7f3c9a1", "detail": ""}
        self.rows = {name: {"name": name, **bare} for name in ("web1", "web2")}
        self.acts: list[tuple[str, str]] = []

    def list(self) -> list[dict[str, str]]:
        return list(self.rows.values())

    def act(self, name: str, action: str) -> None:
        self.acts.append((name, action))
        changes = {"stop": ("app", "stopped"), "start": ("app", "running"), "unplug": ("detail", "unplugged: no SSH")}
        field, value = changes.get(action, ("detail", ""))
        self.rows[name][field] = value


@pytest.fixture
def rack() -> Rack:
    return Rack()


@pytest.fixture
def server(rack: Rack, tmp_path: Path) -> Iterator[Server]:
    running = Server(Seed.demo(), state_file=tmp_path / "state.sqlite", machines=rack)
    running.start()
    running.register(MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def pilot(server: Server) -> Iterator[Pilot]:
    """The app, connected by Socket Mode."""
    app = Pilot(server)
    with by_socket(server, app.bolt):
        yield app


@pytest.fixture
def window(driver: webdriver.Chrome, server: Server) -> Iterator[Window]:
    """#deploys as ana, in a window of 1280 × 860."""
    seen = Window(driver, server)
    seen.forget_logs()
    seen.size(1280, 860)
    seen.open("deploys")
    yield seen
    seen.size(1280, 860)
    driver.get("about:blank")


@pytest.fixture(scope="session")
def shelf() -> Iterator[Server]:
    """A workspace in which nothing happens, for tests of the page's modules."""
    running = Server(Seed.demo())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def wall(driver: webdriver.Chrome, shelf: Server) -> Iterator[Window]:
    """An empty channel to show one message in; nobody listens."""
    seen = Window(driver, shelf)
    seen.forget_logs()
    if not driver.current_url.startswith(shelf.url):
        seen.open("deploys")
    seen.gone(".message")
    yield seen
    for message in shelf.messages("deploys"):
        web_client(shelf).chat_delete(channel=message["channel"], ts=message["ts"])


@pytest.fixture
def library(driver: webdriver.Chrome, shelf: Server) -> Window:
    """A window whose modules are called from outside; the same for all such tests."""
    seen = Window(driver, shelf)
    if not driver.current_url.startswith(shelf.url):
        seen.open("deploys")
    return seen
