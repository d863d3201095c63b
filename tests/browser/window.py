"""The page as a person has it: what they see, click and type. Everything waits until it is there."""

from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import ElementNotInteractableException, NoSuchElementException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.apps import web_client
from tests.waiting import eventually

COMPOSER = "#composer-main"
NOT_YET = (NoSuchElementException, ElementNotInteractableException)


class Window:
    """One window on the workspace. `css` arguments are CSS selectors; text comparisons are "contains"."""

    def __init__(self, driver: webdriver.Chrome, server: Server) -> None:
        self.driver, self.server = driver, server

    def size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, place: str) -> None:
        self.driver.get(f"{self.server.url}/#/{place}")
        self._await_place()

    def reload(self) -> None:
        self.driver.refresh()
        self._await_place()

    def _await_place(self) -> None:
        eventually(lambda: self.all(".composer-text, .home"))

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css: str, text: str = "") -> WebElement:
        """The last element that matches and holds `text`, once there is one."""

        def find() -> WebElement | None:
            found = [one for one in self.all(css) if text in self.words(one)]
            return found[-1] if found else None

        try:
            found = eventually(self.steady(find))
        except AssertionError:
            raise AssertionError(f"no {css} with {text!r}; there is {[self.words(e) for e in self.all(css)]}") from None
        assert isinstance(found, WebElement)
        return found

    def gone(self, css: str, text: str = "") -> bool:
        """True once nothing matches any more."""
        return bool(eventually(self.steady(lambda: not [e for e in self.all(css) if text in self.words(e)])))

    def steady(self, look: Callable[[], Any]) -> Callable[[], Any]:
        """`look`, where an element that goes away while it is looked at counts as not there yet."""

        def patient() -> Any:
            try:
                return look()
            except WebDriverException:
                return None

        return patient

    def words(self, element: WebElement) -> str:
        return str(self.driver.execute_script("return arguments[0].innerText || arguments[0].textContent", element))

    def click(self, css: str, text: str = "") -> None:
        def press() -> bool:
            try:
                self.one(css, text).click()
            except NOT_YET:
                return False
            return True

        eventually(self.steady(press))

    def type(self, text: str, css: str = COMPOSER) -> None:
        self.one(css).send_keys(text)

    def press(self, *keys: str) -> None:
        """Keys for whatever has the focus; with modifiers all are held together."""
        chain = ActionChains(self.driver)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in reversed(keys[:-1]):
            chain.key_up(key)
        chain.perform()

    def say(self, text: str) -> None:
        self.type(text)
        self.press(Keys.ENTER)

    def pin(self, blocks: list[dict[str, Any]], text: str = "x") -> str:
        """The app posts a message to #deploys; answers its ts."""
        place = self.server.channels["deploys"]
        return str(web_client(self.server).chat_postMessage(channel=place, text=text, blocks=blocks)["ts"])

    def run(self, script: str, *args: Any) -> Any:
        return self.driver.execute_script(script, *args)

    def module(self, name: str, expression: str, *args: Any) -> Any:
        """An expression over one of the page's own modules, as `m`, with `args` as `a`."""
        script = f"""
            const a = [...arguments], done = a.pop();
            import("/page/static/js/{name}")
                .then((m) => done({{value: {expression}}}))
                .catch((e) => done({{error: String(e)}}));
        """
        answer = self.driver.execute_async_script(script, *args)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    @property
    def composer(self) -> str:
        return str(self.one(COMPOSER).get_property("value"))

    def become(self, name: str) -> None:
        self.click(f"[data-user='{name}']")
        self.one(f"[data-user='{name}'][aria-checked='true']")
        self.one(".message, .empty, .home")

    def log(self, name: str) -> list[dict[str, Any]]:
        """What was logged since the last look."""
        return list(self.driver.get_log(name))  # type: ignore[no-untyped-call]

    def forget_logs(self) -> None:
        for name in ("performance", "browser"):
            self.log(name)

    def complaints(self) -> list[str]:
        """What the browser's console says went wrong since the last look."""
        return [entry["message"] for entry in self.log("browser") if entry["level"] == "SEVERE"]
