"""The pages written for people hold together: what they link to, show and name is there."""

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
import yaml
from click.core import Command
from pydantic import BaseModel

from bot.cli.edge import COMMANDS as CLI_COMMANDS
from bot.cli.edge import cli
from bot.fleet import Deployment, Fleet, Service, schema
from bot.settings import Settings
from tests.fleet.samples import PRODUCTION, REMOVED, SHOP, changed, load
from tests.pages import PAGES, ROOT, Example, anchors, code, examples, links, text_of

FRAGMENTS = [example for page in PAGES for example in examples(page) if example.language == "yaml"]
FLEET_KEYS = set(re.findall(r'"([a-z_]+)"', str(schema()).replace("'", '"')))
OF_OTHERS = {"SSL_CERT_FILE", "UPDATE_IN_PROGRESS", "REVERT_DRIFT"}
POOL: list[tuple[tuple[str, ...], Any]] = [  # machines that can be made, for a check that offers one more
    ((*PRODUCTION, "backend"), "ec2"),
    ((*PRODUCTION, "hosts"), REMOVED),
    ((*PRODUCTION, "ec2"), {"tags": {"service": "shop"}, "user": "deploy", "launch": {"template": "shop"}}),
    ((*PRODUCTION, "scale"), {"min": 2, "max": 8}),
    ((*PRODUCTION, "health"), {"http": "http://{host}:8080/healthz"}),
]
HOSTS = [
    {"name": f"web{n}", "address": f"deploy@10.0.0.{n}", "vars": {"INSTANCE": f"i-{n}", "APP_PORT": "80"}}
    for n in range(1, 9)
]


def pages_below_docs() -> list[str]:
    return [page for page in PAGES if page.startswith("docs/")]


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_within_the_project_leads_to_a_file_and_a_heading_of_it(page: str) -> None:
    home = (ROOT / page).parent
    lost = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (home / path).resolve() if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(str(target.relative_to(ROOT)))):
            lost.append(link)
    assert lost == []


def test_a_link_to_a_heading_that_is_none_would_be_found() -> None:
    assert "checks" in anchors("docs/watching.md")
    assert "cheques" not in anchors("docs/watching.md")


@pytest.mark.parametrize("page", pages_below_docs())
def test_every_page_is_linked_from_the_readme_and_links_back(page: str) -> None:
    assert page in links("README.md")
    assert "../README.md" in links(page)


@pytest.mark.parametrize("page", pages_below_docs())
def test_every_page_begins_with_a_title_and_what_it_is_for(page: str) -> None:
    title, blank, first, *_ = text_of(page).splitlines()
    assert title.startswith("# ")
    assert blank == ""
    assert re.match(r"[A-Z][a-z]+ ", first)


@pytest.mark.parametrize("page", PAGES)
def test_prose_is_wrapped(page: str) -> None:
    """Tables and examples are as wide as they are."""
    prose = [line for line in text_of(page).splitlines() if " " in line and not line.startswith("|")]
    shown = {line for example in examples(page) for line in example.text.splitlines()}
    assert [line for line in prose if len(line) > 120 and line not in shown] == []


def fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


def whole(fragment: dict[str, Any]) -> dict[str, Any]:
    """A sound fleet of eight hosts with the fragment where its keys belong."""
    if "version" in fragment:
        return fragment
    for place, model in (((), Fleet), (SHOP, Service), (PRODUCTION, Deployment)):
        if set(fragment) <= fields(model):
            changes = [((*place, key), value) for key, value in fragment.items()]
            return changed(((*PRODUCTION, "hosts"), HOSTS), *changes)
    raise AssertionError(f"no part of a fleet file has all of {sorted(fragment)}")


@pytest.mark.parametrize("example", FRAGMENTS, ids=str)
def test_every_example_of_the_fleet_file_loads(example: Example) -> None:
    found = yaml.safe_load(example.text)
    if found is None:
        assert example.text.startswith("# yaml-language-server:")  # a comment for editors
        return
    assert load(whole(found)).targets()


def test_there_are_such_examples() -> None:
    assert len({example.page for example in FRAGMENTS}) >= 4


def entries(page: str, column: int) -> list[dict[str, Any]]:
    """The entries of the fleet file in that column of a page's tables."""
    lines = [line for line in text_of(page).splitlines() if line.startswith("| ")]
    cells = [cell for line in lines for cell in re.findall(r"`(\{.*?\})`(?:,| \|)", line.split(" | ")[column] + " |")]
    return [yaml.safe_load(cell) for cell in cells]


@pytest.mark.parametrize("check", entries("docs/watching.md", 1), ids=lambda check: str(next(iter(check))))
def test_every_check_that_the_table_shows_loads(check: dict[str, Any]) -> None:
    assert load(changed(*POOL, ((*PRODUCTION, "checks"), [check]))).targets()


@pytest.mark.parametrize("condition", entries("docs/watching.md", 0), ids=lambda condition: str(next(iter(condition))))
def test_every_condition_that_the_table_shows_loads(condition: dict[str, Any]) -> None:
    check = {"http": "https://shop.example.com/healthz", "action": "rollback", "conditions": [condition]}
    assert len(load(changed(((*PRODUCTION, "checks"), [check]))).checks()) == 1


def named(pattern: str) -> Iterator[tuple[str, str, str]]:
    """Page, what the pattern names, and what follows it, wherever code stands in a page."""
    for page in PAGES:
        for text in code(page):
            for found in re.finditer(pattern, text):
                yield page, found[1], text[found.end() :]


def command(name: str) -> Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None, f"there is no python -m bot {name}"
    return found


def test_every_command_of_the_command_line_that_is_named_exists_with_its_options() -> None:
    seen = set()
    for page, name, rest in named(r"python -m bot ([a-z]+)"):
        opened = command(name)
        within = getattr(opened, "commands", {}).values()
        known = {option for part in (cli, opened, *within) for param in part.params for option in param.opts}
        asked = set(re.findall(r"(?<= )--[a-z-]+", rest.split("#")[0]))
        assert asked <= known, f"{page}: python -m bot {name}"
        seen.add(name)
    assert seen == set(CLI_COMMANDS)


def test_every_target_of_make_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    found = {target for _, target, _ in named(r"^make ([a-z]+)")}
    assert {"demo", "test"} <= found
    assert {target for target in found if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_every_benchmark_that_is_named_exists() -> None:
    found = {name for _, name, _ in named(r"python -m benchmarks\.([a-z_]+)")}
    assert len(found) >= 4
    assert [name for name in found if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []


def test_every_setting_that_is_named_exists() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    known = settings | {f"{name}_FILE" for name in settings} | OF_OTHERS
    for page, name, _ in named(r"^([A-Z]+(?:_[A-Z]+)+)\b"):
        assert name in known or name.startswith(("AWS_", "POINTSMAN_")), f"{page} names {name}"


def test_every_key_of_the_fleet_file_that_is_named_by_its_path_exists() -> None:
    found = [(page, path.split(".")) for page, path, _ in named(r"^([a-z_]+(?:\.[a-zA-Z_]+)+)$")]
    of_fleet = [(page, parts) for page, parts in found if parts[0] in FLEET_KEYS and parts[-1] != "py"]
    assert len(of_fleet) >= 10
    for page, parts in of_fleet:
        assert [part for part in parts if part not in FLEET_KEYS and not part.isupper()] == [], page
