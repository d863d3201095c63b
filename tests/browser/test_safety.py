"""Hostile text does nothing, and the page speaks to its own server only."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.sandbox.slack.server import Server
from tests.browser.pilot import Pilot
from tests.browser.window import Window
from tests.sandbox.slack.apps import web_client
from tests.sandbox.slack.pieces import Json, actions, button, field, mrkdwn, plain, section
from tests.waiting import eventually

HOSTILE = (
    '<img src=x onerror="window.hit=1"><script>window.hit=2</script> javascript:window.hit=3 '
    '"><svg onload=window.hit=4>'
)
BAD_LINK = "<javascript:window.hit=5|click me> <data:text/html,<script>window.hit=6</script>|or me>"
ELSEWHERE = "https://elsewhere.example/pixel.png"


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


CASES: dict[str, list[Json]] = {
    "section": [section(HOSTILE), section(BAD_LINK), {"type": "section", "fields": [mrkdwn(HOSTILE), plain(HOSTILE)]}],
    "header": [{"type": "header", "text": plain(HOSTILE[:140])}],
    "context": [{"type": "context", "elements": [mrkdwn(HOSTILE), plain(HOSTILE)]}],
    "button": [actions({**button("a"), "text": plain(HOSTILE[:70])})],
    "rich_text": [rich({"type": "text", "text": HOSTILE}, {"type": "link", "url": ELSEWHERE, "text": HOSTILE})],
    "markdown": [
        {
            "type": "markdown",
            "text": f"# {HOSTILE}\n[x](javascript:window.hit=7)\n\n| {HOSTILE} | b |\n|---|---|\n| c | d |",
        }
    ],
    "table": [
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}], [{"type": "raw_text", "text": HOSTILE}]]}
    ],
    "task_card": [
        {
            "type": "task_card",
            "task_id": "t",
            "title": HOSTILE,
            "status": "complete",
            "details": rich({"type": "text", "text": HOSTILE}),
        }
    ],
    "chart": [
        {
            "type": "data_visualization",
            "title": HOSTILE[:50],
            "chart": {"type": "pie", "segments": [{"label": "<b>x</b>", "value": 1}]},
        }
    ],
    "image": [{"type": "image", "image_url": ELSEWHERE, "alt_text": HOSTILE}],
}


@pytest.mark.parametrize("blocks", CASES.values(), ids=CASES.keys())
def test_hostile_text_is_drawn_as_text(wall: Window, blocks: list[Json]) -> None:
    wall.pin(blocks)
    message = wall.one(".message .content")
    made = wall.run(
        "return [...arguments[0].querySelectorAll('script, iframe, img, svg[onload], [onerror], [onload]')].length",
        message,
    )
    assert made == 0
    links = wall.run("return [...arguments[0].querySelectorAll('a')].map((a) => a.protocol)", message)
    assert set(links) <= {"http:", "https:", "mailto:"}
    for link in wall.all(".message a, .message button:not(.icon-button)"):
        wall.run("arguments[0].removeAttribute('href'); arguments[0].click()", link)
    assert wall.run("return window.hit") is None


def test_names_and_errors_are_text_too(window: Window, server: Server, pilot: Pilot) -> None:
    web_client(server).chat_postMessage(
        channel=server.channels["deploys"], text=HOSTILE, attachments=[{"text": HOSTILE, "color": "url(x)"}]
    )
    server.post("ben", HOSTILE.replace("<", "&lt;"))
    window.say("/describe " + HOSTILE)
    window.one(".ephemeral", "onerror")
    assert (
        window.run("return document.querySelectorAll('.message img, .message script, .message [onerror]').length") == 0
    )
    assert window.run("return window.hit") is None
    assert all("Content Security Policy" not in text for text in window.complaints())


def requests_of(window: Window) -> list[str]:
    """Every address that the browser asked for since the last look, WebSockets too."""
    events = [json.loads(entry["message"])["message"] for entry in window.log("performance")]
    sent = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return sent + [e["params"]["url"] for e in events if e["method"] == "Network.webSocketCreated"]


def test_no_request_leaves_the_page_s_own_server(window: Window, server: Server, pilot: Pilot) -> None:
    picture = {"type": "image", "image_url": ELSEWHERE, "alt_text": "a pixel"}
    blocks = [section(ELSEWHERE, accessory=picture), picture, {"type": "context", "elements": [picture]}]
    web_client(server).chat_postMessage(channel=server.channels["deploys"], text="pictures", blocks=blocks)
    assert "a pixel" in window.words(window.one(".elsewhere"))
    window.say("/deploy shop to production")
    window.one("[data-action='promote']")
    window.click(".sidebar a[href='#/home']")
    window.one(".home", "Nothing waits")
    asked = [address for address in requests_of(window) if not address.startswith("data:")]
    own = urlsplit(server.url).netloc
    assert {urlsplit(address).netloc for address in asked} == {own}
    assert any(address.startswith("ws://") for address in asked)
    assert window.complaints() == []


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.com/a?b=c", True),
        ("http://127.0.0.1:1/x", True),
        ("mailto:ana@example.com", True),
        ("/files/F1", True),
        ("data:image/png;base64,AAAA", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,<script>1</script>", False),
        ("data:image/svg+xml;base64,AAAA", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_harmless_addresses_become_links(library: Window, address: str, kept: bool) -> None:
    assert (library.module("links.js", "m.safeUrl(a[0])", address) == address) is kept


def test_fields_that_hold_markup_reach_the_app_as_they_are(window: Window, server: Server, pilot: Pilot) -> None:
    text = field("note", {"type": "plain_text_input", "action_id": "note"}, dispatch_action=True)
    web_client(server).chat_postMessage(channel=server.channels["deploys"], text="f", blocks=[text])
    got: list[str] = []

    @pilot.bolt.action("note")
    def noted(ack: Any, action: Json) -> None:
        ack()
        got.append(action["value"])

    window.type(HOSTILE + "\n", "[data-action='note']")
    eventually(lambda: got == [HOSTILE])
    assert window.run("return window.hit") is None
