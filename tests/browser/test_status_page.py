"""The status page in a browser: wide and narrow, light and dark, and under its own content policy."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bot.engine.showcase import Showcase
from bot.rolls import Roll, Span
from bot.state.rolls import Rolls
from bot.web.guard import Guard
from bot.web.status_page import status_page
from tests.engine.watching import BAD, HTTP, World
from tests.waiting import eventually
from tests.web.watched import Watched

TOKEN = "a-long-enough-token"
BACK = "return getComputedStyle(document.body).backgroundColor"
ROOM = "return document.documentElement.scrollWidth <= window.innerWidth"


def fill(world: World) -> None:
    """Two months, one bad day, a day of latencies, and an outage."""
    today, hour = (span.number(world.clock.now()) for span in (Span.DAY, Span.HOUR))
    rolls = Rolls(world.db)
    rolls.put(Span.DAY, {HTTP: [Roll(today - ago, 2880, 300 if ago == 9 else 0, {}) for ago in range(60, 0, -1)]})
    rolls.put(Span.HOUR, {HTTP: [Roll(hour - ago, 120, 0, {60 + ago: 120}) for ago in range(24, 0, -1)]})
    rolls.mark(Span.DAY, today - 1)
    rolls.mark(Span.HOUR, hour - 1)
    world.settle()
    world.fail(BAD)
    world.rounds(3)
    world.clock.sleep(timedelta(minutes=6))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    watched = Watched(tmp_path / "state.db")
    fill(watched.world)
    showcase = Showcase(watched.world.db, lambda: watched.world.fleet, watched.world.clock)
    with watched.served(status_page(showcase, Guard(TOKEN), detailed=True)) as address:
        yield address


def look(driver: webdriver.Chrome, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def enter(driver: webdriver.Chrome, address: str) -> None:
    driver.get(address)
    driver.delete_all_cookies()  # they are the host's, whatever the port
    driver.refresh()
    driver.find_element(By.NAME, "token").send_keys(TOKEN)
    driver.find_element(By.TAG_NAME, "button").click()
    eventually(lambda: driver.find_elements(By.ID, "services"))


def complaints(driver: webdriver.Chrome) -> list[str]:
    """What the browser said since the last look, but for the page that asks for the token."""
    lines: list[dict[str, str]] = driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium has no types here
    return [line["message"] for line in lines if line["level"] == "SEVERE" and "401" not in line["message"]]


def test_who_types_the_token_sees_everything_at_any_width_and_in_the_dark(
    driver: webdriver.Chrome, address: str
) -> None:
    complaints(driver)
    look(driver, 1100, "light")
    enter(driver, address)
    words = driver.find_element(By.TAG_NAME, "main").text
    assert "1 of 1 check down" in words
    assert "the worst was 11 Nov with 89.58 %" in words
    assert "no such table" in words
    light = driver.execute_script(BACK)
    assert driver.execute_script(ROOM)
    look(driver, 420, "dark")
    assert driver.execute_script(ROOM)
    assert driver.execute_script(BACK) != light
    assert complaints(driver) == []


def test_its_pictures_have_words_for_who_does_not_see_them(driver: webdriver.Chrome, address: str) -> None:
    enter(driver, address)
    pictures = [one.accessible_name for one in driver.find_elements(By.CSS_SELECTOR, "svg[role=img]")]
    assert [words.split(" ")[0] for words in pictures] == ["90", "Latency"]
    assert "the highest p95 was" in pictures[1]


def test_keys_alone_reach_the_days_that_hurt_and_the_incidents(driver: webdriver.Chrome, address: str) -> None:
    enter(driver, address)
    driver.execute_script("document.querySelector('summary').focus()")
    summary = driver.switch_to.active_element
    assert summary.text == "1 day below 99.9 %"
    assert driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", summary) != "none"
    summary.send_keys(Keys.ENTER)
    days = [one.text for one in driver.find_elements(By.CSS_SELECTOR, "details[open] li")]
    assert days == ["11 Nov: 89.58 %, 300 of 2,880 answers bad"]
    driver.find_element(By.PARTIAL_LINK_TEXT, "1 incident").send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.get_attribute("id") == "incidents"


def test_every_bar_is_drawn_where_its_day_is(driver: webdriver.Chrome, address: str) -> None:
    """Good and empty days are dashes of one line each: nothing of them lies beyond the picture."""
    enter(driver, address)
    script = """return [...document.querySelectorAll('.bars path')].map((one) => {
        const box = one.getBBox();
        return [one.getAttribute('class'), box.x, box.x + box.width];
    })"""
    found = {kind: (left, right) for kind, left, right in driver.execute_script(script)}
    assert found == {"none": (0, 115), "good": (116, 359), "poor": (320, 323)}
