"""A registry that speaks the v2 API, as a server of the test's own: with a token, as every public one wants."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.backends.registry_v2 import RegistryV2
from bot.errors import RefUnknown, RepositoryUnreachable

DIGEST = "sha256:" + "9f86d081" * 8
OTHER = "sha256:" + "1b4f0e98" * 8


class Registry(ThreadingHTTPServer):
    """`login` None: nobody gets in; `digests` by name."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.digests = {"1.4.2": DIGEST, "latest": OTHER, DIGEST: DIGEST}
        self.token: str | None = "for everybody"
        self.status = 0
        self.accepted: list[str] = []

    @property
    def image(self) -> str:
        return f"127.0.0.1:{self.server_port}/acme/shop"


class Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_HEAD(self) -> None:  # its name in http.server
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/token":
            self.say(200, {"token": self.server.token} if asked["scope"] == ["repository:acme/shop:pull"] else {})
        elif self.server.status:
            self.say(self.server.status, {})
        elif self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self.say(401, {}, {"WWW-Authenticate": self.challenge()})
        elif path == "/v2/acme/shop/tags/list":
            self.say(200, {"tags": sorted(self.server.digests)})
        else:
            self.server.accepted.append(self.headers.get("Accept", ""))
            digest = self.server.digests.get(path.rpartition("/")[2])
            self.say(200 if digest else 404, {}, {"Docker-Content-Digest": digest} if digest else {})

    def challenge(self) -> str:
        realm = f"http://127.0.0.1:{self.server.server_port}/token"
        return f'Bearer realm="{realm}",service="registry",scope="repository:acme/shop:pull"'

    def say(self, status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode() if self.command == "GET" else b""
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client() -> Iterator[RegistryV2]:
    made = RegistryV2()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("ref", "digest", "name"), [("1.4.2", DIGEST, "1.4.2"), (DIGEST, DIGEST, DIGEST), (None, OTHER, "latest")]
)
def test_a_tag_is_the_digest_that_the_registry_says(
    registry: Registry, client: RegistryV2, ref: str | None, digest: str, name: str
) -> None:
    found = client.resolve(registry.image, ref)
    assert (found.sha, found.ref) == (digest, name)


def test_an_index_is_asked_for_first_so_that_every_machine_has_the_same_digest(
    registry: Registry, client: RegistryV2
) -> None:
    client.resolve(registry.image, "1.4.2")
    assert registry.accepted[0].startswith("application/vnd.oci.image.index.v1+json")


def test_a_tag_that_is_not_there_is_answered_with_those_that_are_near(registry: Registry, client: RegistryV2) -> None:
    with pytest.raises(RefUnknown) as raised:
        client.resolve(registry.image, "1.4.3")
    assert "1.4.2" in raised.value.near


def test_the_beginning_of_a_digest_is_not_enough_for_a_registry(registry: Registry, client: RegistryV2) -> None:
    with pytest.raises(RefUnknown):
        client.resolve(registry.image, "sha256:9f86d081")


@pytest.mark.parametrize("status", [401, 403, 500, 302])
def test_a_registry_that_does_not_say_is_unreachable(registry: Registry, client: RegistryV2, status: int) -> None:
    registry.status = status
    with pytest.raises(RepositoryUnreachable):
        client.resolve(registry.image, "1.4.2")


def test_a_registry_that_is_not_there_is_unreachable(client: RegistryV2) -> None:
    with pytest.raises(RepositoryUnreachable, match="no answer"):
        client.resolve("127.0.0.1:9/acme/shop", "1.4.2")
