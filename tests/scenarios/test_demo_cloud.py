"""`make demo` on its emulated AWS: the shop on EC2 is deployed and scaled, an image goes from dev to production."""

from collections.abc import Iterator

import pytest
import requests

from tests.scenarios.test_demo import Demo, demo
from tests.waiting import eventually

LONG = 240.0  # seconds: a loaded machine takes its time to start moto
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, str]]:
    with demo(tmp_path_factory.mktemp("cloud") / "demo") as began:
        url = began.url()
        eventually(lambda: len(found(began)) == 2, timeout=LONG)
        yield began, url
        assert began.interrupt() == 0
        assert began.left_over() == []


def found(running: Demo) -> list[str]:
    """The instances that the bot knows of, by its own log."""
    lines = [line for line in running.layout.bot_log.read_text().splitlines() if '"message": "hosts found"' in line]
    return sorted({word for word in lines[-1].split('"') if word.startswith("i-")}) if lines else []


def on_ec2(url: str) -> list[tuple[str, str]]:
    """Release and app of each instance, as the page shows them."""
    room = requests.get(f"{url}/page/machines", timeout=5).json()
    return [(one["release"], one["app"]) for one in room if one["name"].startswith("i-")]


def say(url: str, command: str, text: str) -> None:
    body = {"user": "U0000000CID", "channel": "C00DEPLOYS0", "command": command, "text": text}
    assert requests.post(f"{url}/page/command", json=body, timeout=30).ok


def told(running: Demo, url: str, *words: str) -> bool:
    return any(all(word in text for word in words) for text in running.texts(url))


def test_an_image_goes_from_dev_to_qa_to_production(running: tuple[Demo, str]) -> None:
    began, url = running
    say(url, "/deploy", "api@1.1.0 to dev")
    eventually(lambda: told(began, url, "api 1.1.0 → dev done"), timeout=LONG)
    for environment in ("qa", "production"):
        say(url, "/deploy", f"promote api to {environment}")
        eventually(lambda where=environment: told(began, url, f"api 1.1.0 → {where} done"), timeout=LONG)  # type: ignore[misc]


def test_an_image_whose_tasks_end_is_taken_back_with_their_reason(running: tuple[Demo, str]) -> None:
    began, url = running
    say(url, "/deploy", "api@1.2.0 to dev")
    eventually(lambda: told(began, url, "api 1.2.0 → dev", "failed"), timeout=LONG)
    eventually(lambda: told(began, url, "api 1.2.0 → dev", "Essential container in task exited"), timeout=LONG)


def test_two_instances_are_deployed_to_and_a_third_is_made_with_the_release_on_it(running: tuple[Demo, str]) -> None:
    began, url = running
    say(url, "/deploy", "web@1.0.0 to production")
    eventually(lambda: told(began, url, "web 1.0.0 → production done on 2 hosts"), timeout=LONG)
    say(url, "/scale", "web +1")
    eventually(lambda: told(began, url, "web · production 2 → 3 hosts"), timeout=LONG)
    eventually(lambda: on_ec2(url) == [("1.0.0", "running")] * 3, timeout=LONG)
