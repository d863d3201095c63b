"""Buttons, confirm dialogs, forms and the home tab reach the app and show what it does."""

from selenium.webdriver.common.keys import Keys

from bot.sandbox.slack.server import Server
from tests.browser.pilot import Pilot, button
from tests.browser.window import Window
from tests.sandbox.slack.pieces import actions
from tests.waiting import eventually


def test_a_confirm_dialog_stands_before_a_dangerous_button(window: Window, pilot: Pilot) -> None:
    window.say("/deploy shop to production")
    window.click("[data-action='abort']")
    asked = window.one("dialog.confirm")
    assert asked.get_attribute("role") == "alertdialog"
    assert "web1 goes back to 1.4.1." in window.words(asked)
    eventually(lambda: window.words(window.focused) == "Keep going")
    window.press(Keys.ESCAPE)
    assert window.gone("dialog")
    assert pilot.of("abort") == []
    window.click("[data-action='abort']")
    window.click("dialog.confirm .button.danger", "Abort deploy 41")
    window.one(".message", "aborted by ana")
    assert window.gone("[data-action='abort']")
    assert [body["actions"][0]["value"] for body in pilot.of("abort")] == ["41"]


def test_a_button_is_busy_until_the_app_has_answered(window: Window, pilot: Pilot, server: Server) -> None:
    row = actions(button("Hold on", "hold"))
    pilot.client.chat_postMessage(channel=server.channels["deploys"], text="wait", blocks=[row])
    window.click("[data-action='hold']")
    window.one("[data-action='hold'].busy[aria-busy='true']")
    pilot.gate.set()
    window.one("[data-action='hold']:not(.busy)")
    assert not window.all(".toast")


def test_another_person_approves_with_one_click_on_their_face(window: Window, pilot: Pilot, server: Server) -> None:
    window.say("/deploy shop to production")
    window.one("[data-action='promote']")
    window.become("lea")
    window.one(".who-name", "Lea Laurent")
    window.click("[data-action='promote']")
    window.one(".message", "promoted by lea")
    assert pilot.of("promote")[0]["user"]["id"] == server.users["lea"]


def choose(window: Window, action: str, option: str) -> None:
    window.click(f"dialog [data-action='{action}']")
    window.click(".pop .option", option)


def fill(window: Window) -> None:
    """Everything the form demands, but a reason that is too short."""
    window.type("fix", "dialog [data-action='text']")
    choose(window, "env", "Production")
    choose(window, "services", "Shop")
    window.click(".pop .option", "Worker")
    window.press(Keys.ESCAPE)
    window.click("dialog .choice", "Canary")
    window.click("dialog .choice", "Notify")


def test_a_form_is_filled_refused_in_place_and_sent(window: Window, pilot: Pilot, server: Server) -> None:
    window.say("/form")
    window.one("dialog.modal", "Plan a deploy")
    window.click("dialog [data-submit]")
    window.one(".input-error")
    assert pilot.of("submit") == [], "what Slack itself demands is asked before the app is"
    fill(window)
    window.click("dialog [data-submit]")
    window.one(".input-error", "Too short: say what the deploy is for")
    eventually(lambda: window.focused.get_attribute("data-action") == "text")
    window.press(Keys.END)
    window.press("ing the cart")
    assert window.gone(".input-error")
    choose(window, "owner", "Lea Laurent")
    window.click("dialog [data-action='release']")
    window.type("1.4", ".pop-search input")
    window.click(".pop .option", "1.4.2")
    window.click("dialog [data-submit]")
    assert window.gone("dialog")
    values = pilot.of("submit")[-1]
    assert values["reason"]["text"]["value"] == "fixing the cart"
    assert values["env"]["env"]["selected_option"]["value"] == "production"
    assert values["owner"]["owner"]["selected_user"] == server.users["lea"]
    assert [one["value"] for one in values["services"]["services"]["selected_options"]] == ["shop", "worker"]
    assert values["release"]["release"]["selected_option"]["value"] == "1.4.2"
    assert values["when"]["when"]["selected_date"] == "2026-11-23"
    assert values["how"]["how"]["selected_option"]["value"] == "canary"
    assert [one["value"] for one in values["also"]["also"]["selected_options"]] == ["notify"]
    assert window.complaints() == []


def test_views_are_stacked_and_each_esc_closes_the_front_one(window: Window, pilot: Pilot) -> None:
    window.say("/form")
    window.type("kept", "dialog [data-action='text']")
    for depth in (2, 3):
        window.click("dialog:not(.behind) [data-action='more']")
        window.one("dialog .depth", f"{depth} of 3")
    for left in (2, 1):
        window.press(Keys.ESCAPE)
        eventually(lambda left=left: len(window.all("dialog[open]")) == left)  # type: ignore[misc]
    assert window.one("dialog [data-action='text']").get_property("value") == "kept"
    window.click("dialog .button", "Not now")
    assert window.gone("dialog")


def test_the_focus_stays_in_a_form(window: Window, pilot: Pilot) -> None:
    window.say("/form")
    window.one("dialog.modal")
    eventually(lambda: window.focused.get_attribute("data-action") == "text")
    inside = "return document.querySelector('dialog').contains(document.activeElement)"
    for keys in [(Keys.TAB,)] * 16 + [(Keys.SHIFT, Keys.TAB)] * 18:
        window.press(*keys)
        assert window.run(inside), f"{keys} left the form"


def test_the_home_tab_is_what_the_app_published_for_this_person(window: Window, pilot: Pilot) -> None:
    window.click(".sidebar a[href='#/home']")
    window.one(".home", "Nothing waits for @ana")
    window.become("cid")
    window.one(".home", "Nothing waits for @cid")
