"""CI must have passed what is deployed: over the true socket, true git, and a server that speaks GitHub's API."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.backends.github_server import GitHub, github
from tests.scenarios.test_approval_story import loaded
from tests.scenarios.test_hold_story import said
from tests.scenarios.world import LONG, World, words, world
from tests.waiting import eventually

TOKEN = "ghp_" + "0s3cret" * 5


@pytest.fixture(scope="module")
def forge() -> Iterator[GitHub]:
    with github() as made:
        yield made


@pytest.fixture(scope="module")
def gated(forge: GitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """1.0.0 stands; from now on CI must have passed, and the repository has an owner and a name."""
    settings = {"GITHUB_API_URL": forge.url, "GITHUB_TOKEN": TOKEN}
    with world(tmp_path_factory.mktemp("ci"), settings) as line:
        line.begin()
        line.stands("1.0.0")
        publish(forge, line.layout.repository)
        before = loaded(line)
        fleet = yaml.safe_load(line.layout.fleet_file.read_text())
        fleet["services"]["shop"]["repo"] = f"{forge.origin}/acme/shop.git"
        fleet["services"]["shop"]["environments"]["production"]["require_checks"] = {"within": "2m"}
        line.write_fleet(yaml.safe_dump(fleet))
        eventually(lambda: loaded(line) > before, timeout=LONG)
        yield line


def publish(forge: GitHub, repository: Path) -> None:
    """The repository as files under an address, as git's plain protocol wants it."""
    subprocess.run(["git", "update-server-info"], cwd=repository, check=True)
    for path in repository.rglob("*"):
        if path.is_file():
            forge.files[f"/acme/shop.git/{path.relative_to(repository)}"] = path.read_bytes()


def sha(line: World, ref: str) -> str:
    where = line.layout.repository
    done = subprocess.run(["git", "rev-parse", f"{ref}^{{commit}}"], cwd=where, check=True, capture_output=True)
    return done.stdout.decode().strip()


def test_a_commit_that_failed_in_ci_is_refused_with_a_link(gated: World, forge: GitHub) -> None:
    forge.status(sha(gated, "1.1.0"), "lint", "success")
    forge.run(sha(gated, "1.1.0"), "build", "failure", "https://ci.example.com/7")
    before = gated.texts("deploys")
    answer = gated.answer("ana", "/deploy", "shop@1.1.0 to production")
    assert "CI says no to 1.1.0 · <https://ci.example.com/7|build>: failure" in answer
    assert "--force" in answer
    assert gated.texts("deploys") == before
    assert gated.releases() == ["1.0.0"] * 4


def test_one_that_still_runs_is_waited_for_and_goes_when_it_is_green(gated: World, forge: GitHub) -> None:
    forge.run(sha(gated, "1.1.0"), "build", "in_progress", "https://ci.example.com/8")
    before = len(gated.posts("deploys"))
    gated.slack.command("ana", "/deploy", "shop@1.1.0 to production", channel="deploys")
    post = said(gated, "Deploy", "shop 1.1.0 → production")
    eventually(lambda: "waits for" in words(gated.posts("deploys")[before]), timeout=LONG)
    assert "https://ci.example.com/8" in words(gated.posts("deploys")[before])
    assert gated.releases() == ["1.0.0"] * 4
    forge.run(sha(gated, "1.1.0"), "build", "success", "https://ci.example.com/8")
    assert "done on 4 hosts" in gated.ended(before)
    assert gated.posts("deploys")[before]["ts"] == post["ts"]
    assert gated.releases() == ["1.1.0"] * 4


def test_force_passes_ci_loudly(gated: World, forge: GitHub) -> None:
    forge.run(sha(gated, "1.0.0"), "build", "failure")
    asked = len(forge.asked)
    gated.slack.command("lea", "/deploy", 'shop@1.0.0 to production --force "checkout is down"', channel="deploys")
    loud = said(gated, ":rotating_light:", f"CI checks of {sha(gated, '1.0.0')[:7]}: checkout is down")
    assert f"<@{gated.slack.users['lea']}> forced" in loud["text"]
    said(gated, "✓ Deploy", "shop 1.0.0 → production done on 4 hosts")
    assert [path for path, _ in forge.asked[asked:] if path.startswith("/repos/")] == []


def test_the_token_is_in_no_log_and_no_message(gated: World, forge: GitHub) -> None:
    assert {headers["Authorization"] for path, headers in forge.asked if path.startswith("/repos/")} == {
        f"Bearer {TOKEN}"
    }
    assert TOKEN not in gated.layout.bot_log.read_text()
    assert TOKEN not in "".join(map(words, gated.posts("deploys")))
