"""Commands and messages are typed, completed, sent and recalled."""

import pytest
from selenium.webdriver.common.keys import Keys

from bot.sandbox.slack.server import Server
from tests.browser.pilot import Pilot
from tests.browser.window import Window
from tests.waiting import eventually


def test_a_command_is_completed_hinted_and_answered(window: Window, pilot: Pilot, server: Server) -> None:
    eventually(lambda: window.run("return document.activeElement.id") == "composer-main")
    window.press("/")
    offered = ["/deploy", "/describe", "/form"]
    eventually(lambda: [window.words(one) for one in window.all(".completion-label")] == offered)
    window.type("de")
    window.press(Keys.ARROW_DOWN)
    window.one(".completion.active", "/describe")
    window.press(Keys.ARROW_UP)
    window.press(Keys.TAB)
    eventually(lambda: window.composer == "/deploy ")
    window.one(".usage", "SERVICE to ENV")
    window.say("shop to @ana")
    window.one(".message", "shop 1.4.2 → production · running")
    assert pilot.of("command")[0]["text"] == f"shop to <@{server.users['ana']}|ana>"
    assert window.composer == ""
    assert window.complaints() == []


def test_an_answer_in_the_ack_is_only_for_the_one_who_asked(window: Window, pilot: Pilot) -> None:
    window.say("/describe shop")
    seen = window.one(".message.ephemeral", "shop is a small web shop")
    assert "Only visible to you" in window.words(seen)
    window.become("ben")
    assert window.gone(".message.ephemeral")
    window.become("ana")
    window.click(".only-you .text-button")
    assert window.gone(".message", "small web shop")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("/deploy shop to production", "dispatch_failed", id="the app is not connected"),
        pytest.param("/nonsense", "not a valid command", id="no such command"),
    ],
)
def test_a_command_that_fails_says_so_and_stays_in_the_line(window: Window, typed: str, said: str) -> None:
    window.say(typed)
    window.one(".toast.error", said)
    eventually(lambda: window.composer == typed)


def test_a_message_becomes_ids_and_comes_back_as_names(window: Window, server: Server) -> None:
    window.say("cc @ben in #alerts: 1 < 2 & *bold* :rocket:")
    seen = window.one(".message .content", "cc @ben in #alerts: 1 < 2 & bold")
    text = server.messages("deploys")[-1]["text"]
    ben, alerts = server.users["ben"], server.channels["alerts"]
    assert text == f"cc <@{ben}> in <#{alerts}|alerts>: 1 &lt; 2 &amp; *bold* :rocket:"
    assert "🚀" in window.words(seen)


def test_the_up_arrow_recalls_what_was_sent(window: Window) -> None:
    for text in ("first", "second"):
        window.say(text)
        window.one(".message", text)
    window.press(Keys.ARROW_UP)
    eventually(lambda: window.composer == "second")
    window.press(Keys.ARROW_UP)
    eventually(lambda: window.composer == "first")
    window.press(Keys.ARROW_DOWN)
    window.press(Keys.ARROW_DOWN)
    eventually(lambda: window.composer == "")


def test_names_and_emoji_are_completed_inside_a_line(window: Window) -> None:
    window.type("ask @le")
    window.one(".completion.active", "@lea")
    window.press(Keys.ENTER)
    window.type("now :tad")
    window.press(Keys.TAB)
    eventually(lambda: window.composer == "ask @lea now :tada: ")
    window.type("@")
    window.one(".completion")
    window.press(Keys.ESCAPE)
    assert window.gone(".completion")


def test_a_thread_takes_replies_but_no_commands(window: Window, server: Server) -> None:
    server.post("ben", "who takes this?")
    window.one(".message", "who takes this?").send_keys("t")
    window.one(".aside .message", "who takes this?")
    reply = "#composer-thread"
    window.type("/deploy shop to production" + Keys.ENTER, reply)
    window.one(".toast.error", "not supported in threads")
    window.run("arguments[0].select()", window.one(reply))
    window.type("me" + Keys.ENTER, reply)
    window.one(".aside .message", "me")
    window.one(".main .thread-link", "1 reply")
    server.post("cid", "and me", thread_ts=server.messages("deploys")[0]["ts"])
    window.one(".aside .message", "and me")
    window.one(".main .thread-link", "2 replies")
    assert len(window.all(".main .message")) == 1
    window.press(Keys.ESCAPE)
    assert window.gone(".aside")
