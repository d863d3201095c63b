"""GET of JSON from one server, over connections that stay open: bounded in time and size, polite, and never showing
the token to anybody else.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from bot.backends.github_words import refused, unreachable
from bot.errors import ChecksAway, ChecksError, ChecksRefused
from bot.fleet.forge import GITHUB_API

HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "pointsman",  # GitHub refuses requests without one
}
CONNECT, READ, WHOLE = 5.0, 10.0, 30.0  # seconds: to connect, without a byte, for one answer
LARGEST = 16 * 1024 * 1024  # bytes of one page: a check run may bring some 100 kB of output, and a page holds 100
CHUNK = 64 * 1024
REDIRECTS = 3
KEPT = 128  # pages whose ETag is remembered
REDIRECT = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `body` is None for an empty one; `github`: GitHub itself sent it, not a server that is like it;
    `there` False: the server has nothing at this path (404).
    """

    body: Any
    github: bool
    there: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes; see the constants above."""

    connect: float = CONNECT
    read: float = READ
    whole: float = WHOLE
    bytes: int = LARGEST


class Bearer(AuthBase):
    """Always there, also without a token: else requests would look for another one in ~/.netrc."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Straight(requests.Session):
    """Leaves redirects to us: requests would read their bodies to the end, and parse where they lead."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Wire:
    """Safe to use from many threads at once."""

    def __init__(self, base: str, token: str | None = None, limits: Limits | None = None) -> None:
        self.base, self._token, self._limits = base, token, limits or Limits()
        self._session = Straight()
        self._session.headers.update(HEADERS)
        self._session.auth = Bearer(token)
        self._kept: OrderedDict[str, tuple[str, Page]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or ""

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, shorten: Callable[[Any], Any]) -> Page:
        """The page, its body made short by `shorten`. Raises ChecksError."""
        url = f"{self.base}{path}"
        with self._lock:
            tag, known = self._kept.get(url, ("", None))
        try:
            with self._answer(url, {"If-None-Match": tag} if known else {}) as answer:
                if known and answer.status_code == 304:
                    self._text(answer)  # to its end, or the connection would not be used again
                    return known
                return self._page(url, answer, shorten)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ChecksAway(unreachable(self.host, error)) from error

    def _answer(self, url: str, headers: dict[str, str]) -> requests.Response:
        """After redirects on the same server: a repository may have been renamed."""
        timeout = (self._limits.connect, self._limits.read)
        for _ in range(REDIRECTS + 1):
            answer = self._session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)
            if answer.status_code not in REDIRECT:
                return answer
            answer.close()
            url = self._onward(url, answer.headers.get("Location", ""))
        raise ChecksRefused(f"{self.host} sends the question round in circles: look at GITHUB_API_URL")

    def _onward(self, url: str, location: str) -> str:
        """Where a redirect leads. Raises ChecksRefused when that is another server: it must not see the token."""
        try:
            there = urljoin(url, location)
            if _origin(there) == _origin(url):
                return there
            other = urlsplit(there).hostname
        except ValueError:
            other = "an address that is none"
        what = f"{self.host} sends the question on to {other}, which is not asked"
        raise ChecksRefused(f"{what}: look at GITHUB_API_URL")

    def _page(self, url: str, answer: requests.Response, shorten: Callable[[Any], Any]) -> Page:
        github = "X-GitHub-Request-Id" in answer.headers or self.host == GITHUB_API
        if answer.status_code == 404:
            return Page(None, github, there=False)
        text = self._text(answer)
        if answer.status_code != 200:
            raise refused(self.host, answer, text, self._token, time.time())
        page = Page(shorten(self._parsed(text)) if text.strip() else None, github)
        if tag := answer.headers.get("ETag"):
            self._keep(url, tag, page)
        return page

    def _text(self, answer: requests.Response) -> bytes:
        """The body, as far as it comes in time. Raises ChecksError for one that is too long or too slow."""
        read, deadline = bytearray(), time.monotonic() + self._limits.whole
        while part := answer.raw.read1(CHUNK, decode_content=True):
            read += part
            if len(read) > self._limits.bytes:
                raise ChecksRefused(f"{self.host} answered more than {self._limits.bytes:,} bytes to one question")
            if time.monotonic() > deadline:
                raise ChecksAway(f"{self.host} did not end its answer within {self._limits.whole:g} s")
        return bytes(read)

    def _parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.nonsense() from error

    def nonsense(self) -> ChecksError:
        """For an answer of another kind than GitHub's API gives."""
        what = f"what {self.host} answered is not what GitHub's API would"
        return ChecksRefused(f"{what}: look at GITHUB_API_URL ({self.base})")

    def _keep(self, url: str, tag: str, page: Page) -> None:
        with self._lock:
            self._kept[url] = tag, page
            self._kept.move_to_end(url)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
