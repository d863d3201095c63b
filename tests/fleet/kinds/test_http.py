from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.fleet import load_fleet, schema
from bot.fleet.kinds.conditions import LARGEST_PATTERN
from bot.questions import Ask
from bot.questions.conditions import Certificate, Json, Latency, Matches, compiled
from bot.questions.request import PLAIN, Request
from tests.fleet.samples import PRODUCTION, changed, load, only_problem, text_problems

CHECKS = (*PRODUCTION, "checks")
HERE = "services.shop.environments.production.checks.0"
URL = "https://shop.example.com/healthz"


def written(**keys: Any) -> tuple[tuple[str | int, ...], Any]:
    return CHECKS, [{"http": URL, "action": "runbook", **keys}]


def asked(**keys: Any) -> Ask:
    data = changed(written(**keys))
    Draft202012Validator(schema()).validate(data)
    (check,) = load(data).checks()
    assert isinstance(check.question, Ask)
    return check.question


def test_a_check_that_says_no_more_is_a_plain_get() -> None:
    question = asked()
    assert question.request is PLAIN
    assert question == Ask(URL, timedelta(seconds=10))
    assert str(question) == f"GET {URL}"


@pytest.mark.parametrize(
    ("keys", "request_"),
    [
        ({"method": "HEAD"}, Request("HEAD")),
        ({"method": "POST"}, Request("POST")),
        ({"send": "{}"}, Request("POST", data="{}")),
        ({"send": "{}", "method": "PUT"}, Request("PUT", data="{}")),
        ({"follow": 5}, Request(follow=5)),
        ({"verify": False}, Request(verify=False)),
        ({"http2": True}, Request(http2=True)),
        (
            {"headers": {"Host": "a", "X-Key": "Bearer ${A_1}"}},
            Request(headers=(("Host", "a"), ("X-Key", "Bearer ${A_1}"))),
        ),
    ],
)
def test_how_it_is_asked(keys: dict[str, Any], request_: Request) -> None:
    assert asked(**keys).request == request_


def test_secrets_are_known_by_name_only() -> None:
    question = asked(headers={"Authorization": "Bearer ${SHOP_TOKEN}", "X-Two": "${A}-${B}"}, method="POST")
    assert question.request.secrets == {"SHOP_TOKEN", "A", "B"}
    assert str(question) == f"POST {URL}"


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (204, {204}),
        ("2xx", set(range(200, 300))),
        ("4XX", set(range(400, 500))),
        ([200, "3xx"], {200, *range(300, 400)}),
        ([200, "2xx"], set(range(200, 300))),
    ],
)
def test_statuses_are_numbers_and_classes(status: Any, found: set[int]) -> None:
    assert asked(status=status).statuses == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"latency": "< 500ms"}, Latency(timedelta(milliseconds=500))),
        ({"latency": "<=2s"}, Latency(timedelta(seconds=2))),
        ({"certificate": "> 14 days"}, Certificate(timedelta(days=14))),
        ({"certificate": ">1 day"}, Certificate(timedelta(days=1))),
        ({"certificate": ">= 30d"}, Certificate(timedelta(days=30))),
        ({"certificate": "> 7"}, Certificate(timedelta(days=7))),
        ({"matches": "^ok$"}, Matches("^ok$")),
        ({"lacks": "panic|trace"}, Matches("panic|trace", wanted=False)),
        ({"json": {"path": "db.ok", "equals": True}}, Json("db.ok", equals=True)),
        ({"json": {"path": "db.ok", "equals": 1}}, Json("db.ok", equals=1)),
        ({"json": {"path": "db.ok", "equals": "1"}}, Json("db.ok", equals="1")),
        ({"json": {"path": "a", "not": "failed"}}, Json("a", unlike="failed")),
        (
            {"json": {"path": "length(a[?b=='c'])", "above": -1, "below": 2.5}},
            Json("length(a[?b=='c'])", above=-1, below=2.5),
        ),
        ({"json": {"path": "a[0].b", "matches": "^x"}}, Json("a[0].b", matches="^x")),
        ({"json": {"path": "a", "exists": False}}, Json("a", exists=False)),
    ],
)
def test_conditions_read_as_people_write_them(condition: dict[str, Any], found: Any) -> None:
    (made,) = asked(conditions=[condition]).conditions
    assert made == found
    assert repr(made) == repr(found)  # true is not 1


def test_every_host_is_asked_by_the_same_conditions() -> None:
    keys = {"http": "https://{host}/", "per_host": True, "conditions": [{"matches": "ok"}]}
    first, second = (check.question for check in load(changed(written(**keys))).checks())
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert first.url != second.url
    assert first.conditions is second.conditions


@pytest.mark.parametrize(
    ("keys", "below", "what"),
    [
        ({"method": "GTE"}, "method", "is not one of them"),
        ({"method": "get"}, "method", "is not one of them"),
        ({"method": "GET / HTTP/1.1\r\nX: y"}, "method", "is not one of them"),
        ({"headers": {"X-A": "a\r\nX-Evil: 1"}}, "headers.X-A", "is not a header's value"),
        ({"headers": {"X-A": "a\nb"}}, "headers.X-A", "is not a header's value"),
        ({"headers": {"X-A": ""}}, "headers.X-A", "is not a header's value"),
        ({"headers": {"X-A": "a" * 1001}}, "headers.X-A", "is not a header's value"),
        ({"headers": {"X-A": 12345678}}, "headers.X-A", "must be text"),
        ({"headers": {"X A": "a"}}, "headers.X A", "is not the name of a header"),
        ({"headers": {"X-A: b\r\nX-Evil": "a"}}, "headers.X-A: b\r\nX-Evil", "is not the name of a header"),
        ({"headers": {"Content-Length": "5"}}, "headers.Content-Length", "is set by the bot itself"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "headers.Transfer-Encoding", "is set by the bot itself"),
        ({"headers": {"X-A": "1", "x-a": "2"}}, "headers", "names a header twice"),
        ({"headers": {"X-A": "${shop}"}}, "headers.X-A", "has no name of a secret in its braces"),
        ({"headers": {"X-A": "${}"}}, "headers.X-A", "has no name of a secret in its braces"),
        ({"headers": {"authorization": "Bearer hunter2"}}, "headers", "authorization is a secret"),
        ({"headers": {"Cookie": "id=hunter2"}}, "headers", "Cookie is a secret"),
        ({"headers": {"X-Key": "${A}"}, "follow": 1}, "headers.X-Key", "would be sent along to wherever a redirect"),
        ({"follow": 11}, "follow", "is out of range"),
        ({"follow": True}, "follow", "must be a whole number"),
        ({"verify": "no"}, "verify", "must be yes or no"),
        ({"status": "6xx"}, "status", "is not an HTTP status"),
        ({"status": "200"}, "status", "is not an HTTP status"),
        ({"status": [200, 600]}, "status.1", "is not an HTTP status"),
        ({"status": True}, "status", "is not an HTTP status"),
        ({"http": "https://shop.example.com/a b"}, "http", "is not a web address"),
        ({"http": "https://shop.example.com/\r\nX-Evil: 1"}, "http", "is not a web address"),
        ({"http": "file:///etc/passwd"}, "http", "is not a web address"),
        ({"every": "999ms"}, "every", "is out of range"),
        ({"method": "HEAD", "body": "ok"}, "body", "needs a body, and a HEAD has none"),
        ({"method": "HEAD", "send": "x"}, "send", "needs a body, and a HEAD has none"),
        ({"method": "HEAD", "conditions": [{"matches": "x"}]}, "conditions", "needs a body, and a HEAD has none"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_path(keys: dict[str, Any], below: str, what: str) -> None:
    found = only_problem(written(**keys))
    assert found.path == f"{HERE}.{below}"
    assert found.what.startswith(what)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("condition", "below", "what"),
    [
        ({}, "", "is no condition"),
        ({"latency": "< 1s", "matches": "x"}, "", "is several conditions"),
        ({"latnecy": "< 1s"}, ".latnecy", "is not a known key"),
        ({"latency": "500ms"}, ".latency", "is not a limit of time"),
        ({"latency": "> 500ms"}, ".latency", "is not a limit of time"),
        ({"latency": "< 0ms"}, ".latency", "is not a limit of time"),
        ({"latency": 500}, ".latency", "is not a limit of time"),
        ({"latency": "< 10s"}, ".latency", "can never be exceeded"),
        ({"certificate": "14 days"}, ".certificate", "is not a number of days"),
        ({"certificate": "> 2 weeks"}, ".certificate", "is not a number of days"),
        ({"matches": "("}, ".matches", "is not a regular expression that RE2 takes: missing )"),
        ({"matches": r"(a)\1"}, ".matches", "is not a regular expression that RE2 takes: invalid escape"),
        ({"lacks": "a(?=b)"}, ".lacks", "is not a regular expression that RE2 takes: invalid perl"),
        ({"matches": "(a?){1000}"}, ".matches", "is too large a regular expression"),
        ({"matches": "((a{100}){100}){100}"}, ".matches", "is "),
        ({"matches": r"\pL{1000}"}, ".matches", "is too large a regular expression"),
        ({"json": {"path": "db.ok"}}, ".json", "wants nothing of the value"),
        ({"json": {"path": "db.ok", "exists": False, "equals": 1}}, ".json", "wants something of a value that shall"),
        ({"json": {"path": "db..ok", "equals": 1}}, ".json.path", "is not a path into JSON"),
        ({"json": {"path": "nope(", "equals": 1}}, ".json.path", "is not a path into JSON"),
        ({"json": {"path": "[a, b]", "equals": 1}}, ".json.path", "is more than a path to one value"),
        ({"json": {"path": "x|[@,@][]|[@,@][]", "equals": 1}}, ".json.path", "is more than a path to one value"),
        ({"json": {"path": "a" * 201, "equals": 1}}, ".json.path", "is more than a path to one value"),
        ({"json": {"path": "a", "above": "5"}}, ".json.above", "is not a number"),
        ({"json": {"path": "a", "below": True}}, ".json.below", "is not a number"),
        ({"json": {"path": "a", "equals": [1]}}, ".json.equals", "is not a value to compare with"),
        ({"json": {"path": "a", "equals": None}}, ".json", "wants nothing of the value"),
        ({"json": {"path": "a", "above": 5, "below": 3}}, ".json", "can never hold: nothing is above 5 and below 3"),
        ({"json": {"path": "a", "above": 3, "below": 3}}, ".json", "can never hold"),
        ({"latency": None}, ".latency", "is not a limit of time"),
        ({"matches": None}, "", "is no condition"),
        ({"json": {"path": "a", "matches": "("}}, ".json.matches", "is not a regular expression"),
    ],
)
def test_a_condition_that_could_not_tell_is_refused_with_its_path(condition: Any, below: str, what: str) -> None:
    found = only_problem(written(conditions=[{"matches": "sound"}, condition]))
    assert found.path == f"{HERE}.conditions.1{below}"
    assert found.what.startswith(what), found


def test_a_certificate_is_asked_for_only_where_there_is_one() -> None:
    found = only_problem(written(http="http://shop.example.com/", conditions=[{"certificate": "> 14 days"}]))
    assert found.path == f"{HERE}.conditions.0.certificate"
    assert "without TLS" in found.what


def test_a_variable_cannot_make_another_address() -> None:
    hosts = [{"address": "deploy@10.0.0.5", "vars": {"APP_PORT": "1", "P": "a\r\nX-Evil: 1"}}]
    keys = {"http": "http://{host}/{P}", "per_host": True}
    found = only_problem(((*PRODUCTION, "hosts"), hosts), written(**keys))
    assert found.path == f"{HERE}.http"
    assert found.what.startswith("is not a web address on 10.0.0.5")


@pytest.mark.parametrize("key", ["method", "headers", "send", "status", "body", "conditions", "follow", "verify"])
def test_keys_of_http_are_refused_on_other_kinds(key: str) -> None:
    found = only_problem((CHECKS, [{"tcp": "db:5432", "action": "runbook", key: "x"}]))
    assert found.path == HERE
    assert found.what.startswith(f"is a tcp check, and {key} belongs to an http check")


def test_the_largest_pattern_is_larger_than_any_that_people_write() -> None:
    everyday = (
        r"(?i)^\s*\{\s*'status'\s*:\s*'(ok|healthy|pass|up|running|degraded)'\s*,\s*'version'\s*:\s*'\d+\.\d+\.\d+'"
    )
    assert compiled(everyday).programsize < LARGEST_PATTERN


def test_yaml_reads_conditions_as_they_stand() -> None:
    text = f"""
version: 1
environments: [production]
services:
  shop:
    repo: https://git.example.com/shop.git
    runbook: {URL}
    environments:
      production:
        backend: ssh
        hosts: [deploy@10.0.0.5]
        path: /srv
        steps: {{restart: "true"}}
        health: {{http: "http://{{host}}/"}}
        checks:
          - http: {URL}
            action: runbook
            status: 2xx
            conditions: [{{latency: "< 500ms"}}, {{json: {{path: db.ok, equals: true}}}}]
"""
    assert text_problems(text) == ()
    (check,) = load_fleet(text).checks()
    assert isinstance(check.question, Ask)
    assert check.question.conditions == (Latency(timedelta(milliseconds=500)), Json("db.ok", equals=True))
