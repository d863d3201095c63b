"""The page without a mouse, in the dark, and in a narrow window; and its panels."""

import json

import pytest
from selenium.webdriver.common.keys import Keys
from slack_sdk import WebClient
from websockets.sync.client import connect

from bot.sandbox.slack.server import Server
from tests.browser.conftest import Rack
from tests.browser.pilot import Pilot
from tests.browser.window import COMPOSER, Window
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("ale", "[data-channel='alerts'][aria-current]"),
        ("gnrl", "[data-channel='general'][aria-current]"),
        ("home", ".sidebar [href='#/home'][aria-current]"),
        ("lea", "[data-user='lea'][aria-checked='true']"),
        ("machine", ".aside[aria-label='Machine room']"),
        ("shortcuts", "dialog[aria-label='Keyboard shortcuts']"),
    ],
)
def test_ctrl_k_goes_anywhere_by_a_few_letters(window: Window, typed: str, arrives: str) -> None:
    window.one(COMPOSER)
    window.press(Keys.CONTROL, "k")
    window.type(typed, "dialog.switcher input")
    window.press(Keys.ENTER)
    window.one(arrives)
    assert window.gone("dialog.switcher")


def test_esc_closes_the_switcher_and_gives_the_focus_back(window: Window) -> None:
    eventually(lambda: window.focused.get_attribute("id") == "composer-main")
    window.press(Keys.CONTROL, "k")
    window.one("dialog.switcher")
    window.press(Keys.ESCAPE)
    assert window.gone("dialog")
    assert window.focused.get_attribute("id") == "composer-main"


def test_alt_and_arrows_walk_the_channels(window: Window) -> None:
    for key, name in ((Keys.ARROW_DOWN, "alerts"), (Keys.ARROW_UP, "deploys"), (Keys.ARROW_UP, "general")):
        window.press(Keys.ALT, key)
        window.one(f"[data-channel='{name}'][aria-current='page']")


def test_messages_are_walked_and_a_thread_is_opened_by_keys(window: Window, server: Server) -> None:
    for text in ("first", "second"):
        server.post("ben", text)
    window.run("arguments[0].focus()", window.one(".main .scroller"))
    window.one(".message", "second")
    window.press(Keys.ARROW_UP)
    eventually(lambda: "second" in window.words(window.focused))
    window.press(Keys.ARROW_UP)
    eventually(lambda: "first" in window.words(window.focused))
    window.press("t")
    window.one(".aside .message", "first")
    eventually(lambda: window.focused.get_attribute("id") == "composer-thread")


def test_f6_goes_round_the_parts_of_the_page(window: Window) -> None:
    eventually(lambda: window.focused.get_attribute("id") == "composer-main")
    window.press(Keys.F6)
    eventually(lambda: window.run("return document.querySelector('.sidebar').contains(document.activeElement)"))
    window.press(Keys.F6)
    eventually(lambda: window.run("return document.activeElement.matches('.main .scroller')"))


def test_who_one_is_changes_by_arrow_keys(window: Window) -> None:
    window.run("arguments[0].focus()", window.one("[data-user='ana']"))
    window.press(Keys.ARROW_RIGHT)
    window.one("[data-user='ben'][aria-checked='true']")
    eventually(lambda: window.focused.get_attribute("data-user") == "ben")


def test_every_control_has_a_name_and_the_focus_can_be_seen(window: Window, pilot: Pilot) -> None:
    window.say("/deploy shop to production")
    window.one("[data-action='promote']")
    unnamed = """
        const named = (e) => e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length;
        const all = [...document.querySelectorAll('button, a, input, textarea, [role=combobox]')];
        return all.filter((e) => !named(e)).map((e) => e.outerHTML);
    """
    assert window.run(unnamed) == []
    window.run("document.querySelector('#composer-main').focus()")
    window.press(Keys.SHIFT, Keys.TAB)
    assert window.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_theme_follows_the_system_until_it_is_chosen(window: Window) -> None:
    background = "return getComputedStyle(document.body).backgroundColor"
    light = window.run(background)
    media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    dark = window.run(background)
    assert dark != light
    window.click(".theme")
    eventually(lambda: window.run(background) == light)
    window.click(".theme")
    eventually(lambda: window.run(background) == dark)
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    window.reload()
    assert window.run(background) == dark, "a chosen theme is remembered"


def test_a_narrow_window_keeps_the_channels_in_a_drawer(window: Window, server: Server) -> None:
    server.post("ben", "https://example.com/" + "long" * 60)
    window.one(".message", "longlong")
    window.size(360, 700)
    assert window.run("return document.documentElement.scrollWidth") <= 360
    sidebar = window.one(".sidebar")
    eventually(lambda: not sidebar.is_displayed())
    window.click(".drawer-button")
    window.click("[data-channel='alerts']")
    window.one(".bar-title", "alerts")
    eventually(lambda: not sidebar.is_displayed())


def test_the_machine_room_stops_and_unplugs_hosts(window: Window, rack: Rack) -> None:
    window.click(".sidebar .row", "Machine room")
    for action, shows in (("stop", "start"), ("start", "stop"), ("unplug", "plug"), ("plug", "unplug")):
        window.click(f"[data-machine='web2:{action}']")
        window.one(f"[data-machine='web2:{shows}']")
    assert rack.acts == [("web2", "stop"), ("web2", "start"), ("web2", "unplug"), ("web2", "plug")]
    window.press(Keys.ESCAPE)
    assert window.gone(".aside")


def test_faults_are_switched_on_shown_and_cleared(window: Window, server: Server, pilot: Pilot) -> None:
    window.click(".sidebar .row", "Faults")
    window.click("[data-fault='rate']")
    window.one(".active-faults", "Rate limit on chat.postMessage, Retry-After 3 s, 3 more")
    window.one(".sidebar .count.warned", "1")
    assert [fault["kind"] for fault in server.faults.shown()] == ["rate_limited"]
    window.click("[data-fault='clear']")
    assert window.gone(".active-faults")
    assert server.faults.shown() == []


def test_the_app_s_socket_is_refreshed_by_a_click(window: Window, server: Server) -> None:
    client = WebClient(server.app_token, base_url=server.api_url)
    with connect(client.apps_connections_open(app_token=server.app_token)["url"]) as socket:
        assert json.loads(socket.recv(5))["type"] == "hello"
        window.one(".presence.up", "1 socket")
        window.click(".sidebar .row", "Faults")
        window.click("[data-fault='Ask for a refresh']")
        assert json.loads(socket.recv(5))["reason"] == "refresh_requested"


def test_a_message_is_shown_as_json(window: Window, server: Server) -> None:
    server.post("ben", "look inside")
    window.run("arguments[0].click()", window.one(".message [aria-label='Show the message as JSON']"))
    window.one("dialog .json", '"text": "look inside"')
