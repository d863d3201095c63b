"""What is said of each mistake: path, words, value, what is allowed, the way out."""

import json
from typing import Any

import pytest

from bot.errors import Problem
from bot.fleet.problems import did_you_mean, show
from tests.fleet.samples import PRODUCTION, REMOVED, SHOP, SOUND, changed, only_problem, problems, text_problems

HOSTS = (*PRODUCTION, "hosts")
CHECK = (*PRODUCTION, "checks", 0)
SHAPE = [
    # place, value, words, allowed, hint
    (("version",), 2, "is not one of them", "1", ""),
    (("version",), REMOVED, "is missing", "", "The shape of this file."),
    (("chanels",), {}, "is not a known key", "channels", "did you mean channels?"),
    (("environments",), [], "is empty", "at least one", ""),
    (("environments",), ["staging", "production", "staging"], "names staging twice", "each environment once", ""),
    (("environments",), "production", "must be a list", "[a, b]", ""),
    (("environments", 0), 1, "must be text", "text", "write it in quotes"),
    (("environments", 0), "Staging", "is not a usable name", "lower case", "write staging"),
    (("channels", "deploys"), None, "is empty", "", 'a # begins a comment: write it in quotes, "#deploys"'),
    (("channels", "deploys"), "deploys", "is not a channel", "channel id", 'write "#deploys"'),
    (("access", "production", "deploy"), ["oncall"], "names nobody", "@group", 'write "@oncall"'),
    (("access", "production", "deploy"), None, "is empty", "", "write a value, or leave the key out"),
    (("access", "production", "approver"), ["@leads"], "is not a known key", "deploy", "did you mean approve?"),
    (("services",), {}, "is empty", "at least one", ""),
    (("services",), [], "must be a set of keys", "key: value", ""),
    ((*SHOP, "repo"), REMOVED, "is missing", "", "Anything git can fetch."),
    ((*SHOP, "repo"), "-x", "is not a repository", "git can fetch", ""),
    ((*SHOP, "owner"), ["@shop-team"], "is not a known key", "owners", "did you mean owners?"),
    ((*SHOP, "runbook"), "wiki", "is not a web address", "https://", "write https://wiki"),
    ((*PRODUCTION, "backend"), "shh", "is not one of them", "ssh", "did you mean ssh?"),
    ((*PRODUCTION, "hosts"), [], "is empty", "at least one", ""),
    ((*PRODUCTION, "steps", "restart"), REMOVED, "is missing", "", "Starts the release"),
    ((*PRODUCTION, "steps", "restart"), "", "is not a command", "shell", ""),
    ((*PRODUCTION, "steps", "install", "timeout"), 30, "a duration needs its unit", "30s", "write 30s"),
    ((*PRODUCTION, "health", "timeout"), "2h", "is out of range", "1s to 1h", ""),
    ((*PRODUCTION, "health", "successes"), 0, "is out of range", "at least 1", ""),
    ((*PRODUCTION, "health", "successes"), 101, "is out of range", "at most 100", ""),
    ((*PRODUCTION, "health", "successes"), "2", "must be a whole number", "a whole number", ""),
    ((*PRODUCTION, "health", "status"), [], "is empty", "at least one", ""),
    ((*PRODUCTION, "health", "body"), 1, "must be text", "text", "write it in quotes"),
    ((*PRODUCTION, "strategy"), {"kind": "blue"}, "is not one of them", "all_at_once, rolling, canary", ""),
    ((*PRODUCTION, "strategy"), {"batches": [1, "50%"]}, 'the last batch must be "100%"', "such as", ""),
    ((*PRODUCTION, "strategy"), {"batches": []}, 'the last batch must be "100%"', "such as", ""),
    ((*PRODUCTION, "strategy"), {"batches": ["50%", "20%", "100%"]}, "batches must grow", "such as", ""),
    ((*PRODUCTION, "strategy"), {"batches": [2, 2, "100%"]}, "batches must grow", "such as", ""),
    ((*PRODUCTION, "keep"), 1, "is out of range", "at least 2", ""),
    ((*PRODUCTION, "queue"), "lastest", "is not one of them", "all, latest", "did you mean latest?"),
    ((*PRODUCTION, "wait_at_most"), "30s", "is out of range", "1m to 7d", ""),
    ((*PRODUCTION, "wait_at_most"), "8d", "is out of range", "1m to 7d", ""),
    ((*CHECK, "action"), REMOVED, "is missing", "", "The button its alert offers."),
    ((*CHECK, "action"), None, "a check without an action does not load", "rollback, restart, scale or runbook", ""),
    (
        (*CHECK, "action"),
        "roll_back",
        "is not one of them",
        "rollback, restart, scale, runbook",
        "did you mean rollback?",
    ),
    ((*CHECK, "every"), "500ms", "is out of range", "1s to 1d", ""),
    ((*CHECK, "timeout"), "2m", "is out of range", "100ms to 60s", ""),
    ((*CHECK, "per_host"), "on", "must be yes or no", "true or false", ""),
]
DEEPER = [
    # place of the change, value, path of the problem, words, hint
    ((*HOSTS, 0), "10.0.0.9", "hosts.0", "is not an SSH address", "deploy@10.0.0.9"),
    ((*HOSTS, 0), "deploy@10.0.0.9:0", "hosts.0", "a port that does not exist", ""),
    ((*HOSTS, 0), "-oProxyCommand=x@y", "hosts.0", "is not an SSH address", ""),
    ((*HOSTS, 0), 5, "hosts.0", "must be a set of keys", ""),
    ((*HOSTS, 0, "address"), "deploy@", "hosts.0.address", "is not an SSH address", ""),
    ((*HOSTS, 0, "name"), "web 1", "hosts.0.name", "is not a usable host name", ""),
    ((*HOSTS, 0, "vars", "APP-PORT"), "1", "hosts.0.vars.APP-PORT", "is not a usable variable name", ""),
    ((*HOSTS, 0, "vars", "host"), "1", "hosts.0.vars.host", "is not a usable variable name", ""),
    ((*HOSTS, 0, "vars", "POINTSMAN_X"), "1", "hosts.0.vars.POINTSMAN_X", "is not a usable variable name", ""),
    ((*HOSTS, 0, "vars", "X"), 1.10, "hosts.0.vars.X", "YAML reads it as something else", "quotes"),
    ((*HOSTS, 0, "vars", "X"), True, "hosts.0.vars.X", "YAML reads it as something else", "quotes"),
    ((*HOSTS, 0, "vars", "X"), "a\0", "hosts.0.vars.X", "holds a NUL", ""),
    ((*PRODUCTION, "strategy"), {"batches": ["0%", "100%"]}, "strategy.batches.0", "is not a batch", ""),
    ((*PRODUCTION, "strategy"), {"batches": [0, "100%"]}, "strategy.batches.0", "is not a batch", ""),
    ((*PRODUCTION, "strategy"), {"batches": [True, "100%"]}, "strategy.batches.0", "is not a batch", ""),
    ((*PRODUCTION, "health", "status"), 99, "health.status", "is not an HTTP status", ""),
    ((*PRODUCTION, "health", "status"), [200, "ok"], "health.status.1", "is not an HTTP status", ""),
]


def as_text(place: tuple[str | int, ...]) -> str:
    return ".".join(map(str, place))


@pytest.mark.parametrize(("place", "value", "what", "allowed", "hint"), SHAPE)
def test_a_mistake_is_told_with_its_path_and_the_way_out(
    place: tuple[str | int, ...], value: Any, what: str, allowed: str, hint: str
) -> None:
    if "timeout" in place and "steps" in place:
        value, place = {"run": "x", "timeout": value}, place[:-1]
    found = only_problem((place, value))
    assert found.path.startswith(as_text(place))
    assert found.what.startswith(what)
    assert "(line " in found.what
    assert allowed in found.allowed
    assert hint in found.hint


@pytest.mark.parametrize(("place", "value", "path", "what", "hint"), DEEPER)
def test_a_mistake_in_an_entry_names_the_entry(
    place: tuple[str | int, ...], value: Any, path: str, what: str, hint: str
) -> None:
    found = only_problem((place, value), ((*PRODUCTION, "health", "http"), "http://{host}/"))
    assert found.path == f"{as_text(PRODUCTION)}.{path}"
    assert what in found.what
    assert hint in found.hint


def test_every_problem_is_told_at_once_and_in_the_files_order() -> None:
    found = problems(
        changed(
            (("version",), 3),
            (("channels", "alerts"), "alerts"),
            (("access", "prod"), {}),
            ((*SHOP, "repo"), REMOVED),
            ((*PRODUCTION, "keep"), 0),
            ((*CHECK, "action"), "reboot"),
        )
    )
    assert [problem.path for problem in found] == [
        "version",
        "channels.alerts",
        "access.prod",
        "services.shop.repo",
        "services.shop.environments.production.checks.0.action",
        "services.shop.environments.production.keep",
    ]


def test_a_problem_names_its_line() -> None:
    text = json.dumps(changed((("version",), 7)), indent=1)
    assert text.splitlines()[1].strip() == '"version": 7,'
    (problem,) = text_problems(text)
    assert problem == Problem("version", "is not one of them (line 2)", "7", "1")


def test_an_empty_set_of_keys_misses_three() -> None:
    assert [problem.path for problem in problems({})] == ["version", "environments", "services"]
    assert not problems(SOUND)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        (True, "true"),
        (False, "false"),
        (8001, "8001"),
        ("a\n  b", "a b"),
        ("x" * 80, "x" * 59 + "…"),
        ("https://user:secret@git.example.com/a", "https://…@git.example.com/a"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_a_value_is_shown_short_and_without_its_password(value: object, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("prodcution", ["staging", "production"], "did you mean production?"),
        ("PRODUCTION", ["staging", "production"], "did you mean production?"),
        ("info", ["INFO"], "did you mean INFO?"),
        ("moon", ["staging", "production"], ""),
        ("x", [], ""),
        ("", ["staging"], ""),
    ],
)
def test_the_nearest_word_is_offered_only_when_it_is_near(word: str, known: list[str], hint: str) -> None:
    assert did_you_mean(word, known) == hint
