from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests

from bot.engine.showcase import KEPT, Showcase
from bot.model import Probe
from bot.web.guard import Guard
from bot.web.status_page import status_page
from tests.web.watched import Watched

TOKEN = "a-long-enough-token"
NASTY = Probe(False, 0.04, 503, 'answered 503: <script>alert("x")</script>')


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    found = Watched(tmp_path / "state.db")
    found.world.settle()
    return found


def routers(watched: Watched, token: str | None) -> Iterator[str]:
    showcase = Showcase(watched.world.db, lambda: watched.world.fleet, watched.world.clock)
    with watched.served(status_page(showcase, Guard(token), detailed=token is not None)) as address:
        yield address


@pytest.fixture
def public(watched: Watched) -> Iterator[str]:
    yield from routers(watched, None)


@pytest.fixture
def private(watched: Watched) -> Iterator[str]:
    yield from routers(watched, TOKEN)


def fall(watched: Watched) -> None:
    watched.world.fail(NASTY)
    watched.world.rounds(3)


def rise(watched: Watched) -> None:
    watched.world.mend()
    watched.world.rounds(3)


class Words(HTMLParser):
    """The text of a page, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text = f"{self.text} {data.strip()}".strip()


def page(address: str) -> Words:
    answer = requests.get(address, timeout=10)
    assert answer.status_code == 200
    return Words(answer.text)


def test_the_page_says_how_services_stand(public: str, watched: Watched) -> None:
    assert "1 watched service up" in page(public).text
    fall(watched)
    words = page(public).text
    assert "1 of 1 service is down" in words
    assert "1 of 1 check down" in words
    assert "down since" in words


def test_a_public_page_keeps_causes_and_hosts_to_itself(public: str, watched: Watched) -> None:
    fall(watched)
    assert "answered 503" not in page(public).text
    assert "answered 503" not in requests.get(f"{public}/status.json", timeout=10).text


def test_what_a_server_said_is_shown_and_not_obeyed(private: str, watched: Watched) -> None:
    fall(watched)
    answer = requests.get(private, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    words = Words(answer.text)
    assert 'answered 503: <script>alert("x")</script>' in words.text
    assert "script" not in words.tags
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_twin_says_the_same_in_json(public: str, watched: Watched) -> None:
    fall(watched)
    found = requests.get(f"{public}/status.json", timeout=10).json()
    shop = next(row for row in found["services"] if row["checks"])
    assert (shop["service"], shop["environment"], shop["health"], shop["down"]) == ("shop", "production", "down", 1)
    assert (len(shop["days"]), len(shop["hours"])) == (90, 24)
    [incident] = found["incidents"]
    assert (incident["ended_at"], incident["lasted"]) == (None, pytest.approx(20, abs=10))
    assert datetime.fromisoformat(found["at"]) == watched.world.clock.now()


@pytest.mark.parametrize("path", ["/", "/?still", "/status.json"])
def test_who_takes_it_packed_gets_the_same_in_less(public: str, path: str) -> None:
    plain = requests.get(public + path, headers={"Accept-Encoding": "identity"}, timeout=10)
    packed = requests.get(public + path, headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert "Content-Encoding" not in plain.headers
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert packed.text == plain.text
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


def test_it_is_renewed_by_itself_but_for_who_reads_slowly(public: str) -> None:
    assert "http-equiv" in requests.get(public, timeout=10).text
    still = requests.get(f"{public}/?still", timeout=10).text
    assert "http-equiv" not in still
    assert "Renew every minute" in Words(still).text


def test_a_page_says_what_is_so_when_it_is_asked_for(public: str, watched: Watched) -> None:
    """Whatever of it was kept from before."""
    for turn in (fall, rise, fall):
        turn(watched)
        watched.world.clock.sleep(KEPT)
        found = requests.get(f"{public}/status.json", timeout=10).json()
        down = next(row for row in found["services"] if row["checks"])["down"]
        assert ("1 of 1 service is down" in page(public).text) == bool(down) == (turn is fall)


@pytest.mark.parametrize("path", ["/", "/status.json"])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nothing_is_told(private: str, path: str, given: str) -> None:
    answer = requests.get(private + path, headers={"Authorization": given}, timeout=10)
    assert answer.status_code == 401
    assert "shop" not in answer.text


def test_a_browser_types_the_token_once(private: str) -> None:
    with requests.Session() as browser:
        assert "Token of this status page" in browser.get(private, timeout=10).text
        assert browser.post(private, data={"token": "wrong"}, timeout=10).status_code == 401
        assert "1 watched service up" in Words(browser.post(private, data={"token": TOKEN}, timeout=10).text).text
        assert browser.get(f"{private}/status.json", timeout=10).status_code == 200


def test_the_cookie_holds_no_token_and_no_script_reads_it(private: str) -> None:
    answer = requests.post(private, data={"token": TOKEN}, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie
    headers = {"X-Forwarded-Proto": "https"}
    answer = requests.post(private, data={"token": TOKEN}, headers=headers, timeout=10, allow_redirects=False)
    assert "Secure" in answer.headers["Set-Cookie"]


def test_another_token_makes_old_cookies_worthless(private: str) -> None:
    with requests.Session() as browser:
        browser.cookies.set("pointsman", Guard("another-long-token")._digest)
        assert browser.get(private, timeout=10).status_code == 401


def test_an_open_page_takes_no_token(public: str) -> None:
    assert requests.post(public, data={"token": ""}, timeout=10).status_code == 401


def test_a_database_that_cannot_be_read_is_said(public: str, watched: Watched) -> None:
    with watched.world.db.transaction() as db:
        db.execute("DROP TABLE incidents")
    watched.world.clock.sleep(KEPT)
    assert requests.get(public, timeout=10).status_code == 503
    assert requests.get(f"{public}/status.json", timeout=10).status_code == 503


def test_the_style_is_its_own_file_for_the_policys_sake(public: str) -> None:
    answer = requests.get(f"{public}/status.css", timeout=10)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in answer.text
