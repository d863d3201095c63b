"""A server on this machine that speaks as much of GitHub's API as CI checks need, and may misbehave."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAME = "acme/shop"


@dataclass
class Trouble:
    """What is answered instead. `drip`: a byte of the body now and then, and no end."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False
    hang: bool = False


class GitHub:
    """`statuses` and `runs` by SHA. As GitHub itself, or with `gitea` as a server that is like it."""

    def __init__(self, gitea: bool = False) -> None:
        self.gitea = gitea
        self.statuses: dict[str, list[dict[str, Any]]] = {}
        self.runs: dict[str, list[dict[str, Any]]] = {}
        self.trouble: dict[str, Trouble] = {}  # by the end of the path
        self.asked: list[tuple[str, dict[str, str]]] = []  # path with its query, and headers
        self.answered: list[int] = []
        self.connections = 0
        self.over = threading.Event()
        self.files: dict[str, bytes] = {}  # other paths, for git
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (Handler,), {"github": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.origin}/api/v1" if self.gitea else self.origin

    def status(self, sha: str, name: str, said: str, url: str | None = None) -> None:
        """Reports it, in the place of what was reported under this name before."""
        word = "status" if self.gitea else "state"
        rows = [row for row in self.statuses.get(sha, []) if row["context"] != name]
        self.statuses[sha] = [*rows, {"context": name, word: said, "target_url": url}]

    def run(self, sha: str, name: str, said: str, url: str | None = None) -> None:
        ended = said not in ("queued", "in_progress", "waiting", "requested", "pending")
        row = {"name": name, "status": "completed" if ended else said, "conclusion": said if ended else None}
        rows = [row for row in self.runs.get(sha, []) if row["name"] != name]
        self.runs[sha] = [*rows, {**row, "html_url": url, "details_url": None}]

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and JSON body; None for an empty one."""
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        words = parts.path.removeprefix("/api/v1").strip("/").split("/")
        if "/".join(words[1:3]) != NAME or len(words) != 6:
            return 404, {"message": "Not Found"}
        sha, kind = words[4], words[5]
        known = sha in self.statuses or sha in self.runs
        if kind == "status" and (known or self.gitea):
            return 200, self._page("statuses", self.statuses.get(sha, []), query, {"sha": sha, "state": "pending"})
        if kind == "check-runs" and known and not self.gitea:
            return 200, self._page("check_runs", self.runs.get(sha, []), query, {})
        return 404, {"message": "Not Found"}

    def _page(self, key: str, rows: list[dict[str, Any]], query: dict[str, str], more: dict[str, Any]) -> Any:
        each = min(int(query["limit"]), 3) if self.gitea else int(query["per_page"])
        first = (int(query["page"]) - 1) * each
        page = rows[first : first + each]
        if self.gitea and not page:
            return None
        return {**more, "total_count": len(page) if self.gitea else len(rows), key: page}

    def __enter__(self) -> "GitHub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    github: GitHub
    protocol_version = "HTTP/1.1"
    timeout = 5

    def setup(self) -> None:
        self.github.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.github.asked.append((self.path, dict(self.headers)))
        trouble = next(
            (one for end, one in self.github.trouble.items() if urlsplit(self.path).path.endswith(end)), None
        )
        if trouble:
            self.misbehave(trouble)
        elif self.path.split("?")[0] in self.github.files:
            self.send(200, self.github.files[self.path.split("?")[0]], {})
        else:
            status, body = self.github.answer(self.path)
            self.send_page(status, b"" if body is None else json.dumps(body).encode())

    def send_page(self, status: int, body: bytes) -> None:
        tag = f'"{sha256(body).hexdigest()}"'
        marks = {"ETag": tag} if self.github.gitea else {"ETag": tag, "X-GitHub-Request-Id": "1"}
        if self.headers.get("If-None-Match") == tag:
            self.send(304, None, marks)
        else:
            self.send(status, body, marks)

    def send(self, status: int, body: bytes | None, headers: dict[str, str]) -> None:
        self.github.answered.append(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body or b"")

    def misbehave(self, trouble: Trouble) -> None:
        if trouble.hang:
            self.github.over.wait(20)
            self.close_connection = True
        elif trouble.drip:
            self.send(200, None, {"Transfer-Encoding": "chunked"})
            while not self.github.over.is_set():
                self.wfile.write(b"1\r\n \r\n")
                self.github.over.wait(0.02)
        else:
            self.send(trouble.status, trouble.body, trouble.headers)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def github(gitea: bool = False) -> Iterator[GitHub]:
    with GitHub(gitea) as made:
        yield made
