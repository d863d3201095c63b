"""The corner shop: its catalogue and a health check, on APP_PORT."""

import os
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import page
import store


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            self.answer(*health(), "text/plain")
        elif self.path == "/":
            with closing(store.connect()) as database:
                self.answer(200, page.render(page.catalogue(store.items(database))), "text/html")
        else:
            self.answer(404, "No such page.\n", "text/plain")

    def answer(self, status, text, kind):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def health():
    try:
        with closing(store.connect()) as database:
            store.check(database)
    except sqlite3.Error as error:
        return 503, f"database: {error}\n"
    return 200, "ok\n"


if __name__ == "__main__":
    with closing(store.connect()) as database:
        store.migrate(database)
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["APP_PORT"])), Shop).serve_forever()
