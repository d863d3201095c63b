"""How calls go: counted, and trouble that lasts; a server that really throttles is tried again."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.backends.aws_calls import Calls
from bot.backends.aws_sessions import Sessions
from bot.backends.ec2_hosts import Ec2Hosts
from bot.cloud import HERE, Account, Search
from bot.cloud_trouble import CallCount, CloudTrouble, Kind
from bot.errors import CloudBusy, CloudLockedOut
from tests.backends.daemons import reach
from tests.workspace import HandClock

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ROLE = "arn:aws:iam::123456789012:role/pointsman"
SHOP = Search((("service", "shop"),), HERE, "deploy", 22, "private_ip", {})
BUSY = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow</Message></Error></Errors></Response>"
NONE = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"


class Slow(ThreadingHTTPServer):
    """An EC2 that refuses so many calls, and then answers."""

    refuses = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)

    def refused(self) -> bool:
        self.refuses -= 1
        return self.refuses >= 0


class Answers(BaseHTTPRequestHandler):
    server: Slow

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        refused = self.server.refused()
        body = (BUSY if refused else NONE).encode()
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    with Slow() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        reach(monkeypatch, f"http://127.0.0.1:{server.server_port}", "eu-west-1")
        yield server
        server.shutdown()


@pytest.fixture
def sessions(slow: Slow) -> Iterator[Sessions]:
    found = Sessions()
    yield found
    found.close()


def test_a_call_that_comes_too_often_is_tried_again_and_each_attempt_is_counted(slow: Slow, sessions: Sessions) -> None:
    slow.refuses = 2
    assert Ec2Hosts(sessions).find(SHOP) == ()
    assert sessions.calls.counts() == (CallCount("ec2", "DescribeInstances", 3, 2),)
    (trouble,) = sessions.calls.troubles()
    assert (trouble.role, trouble.kind, trouble.words) == ("", Kind.BUSY, "2 of ec2:DescribeInstances")


def test_one_that_is_refused_every_time_is_given_up_and_said(slow: Slow, sessions: Sessions) -> None:
    slow.refuses = 100
    with pytest.raises(CloudBusy, match="asked too often"):
        Ec2Hosts(sessions).find(SHOP)
    assert sessions.calls.counts() == (CallCount("ec2", "DescribeInstances", 5, 5),)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def calls(clock: HandClock) -> Calls:
    return Calls(clock.now)


def throttled(calls: Calls, times: int = 1, operation: str = "DescribeInstances", role: str = "") -> None:
    for _ in range(times):
        calls.heard(role, "ec2", operation, "Throttling")


def test_a_spell_of_refusals_is_one_trouble_until_none_came_for_two_minutes(calls: Calls, clock: HandClock) -> None:
    began = clock.now()
    for _ in range(5):
        throttled(calls)
        calls.heard("", "ec2", "DescribeInstances", "")
        clock.sleep(MINUTE)
    throttled(calls, 2, "RunInstances")
    assert calls.troubles() == (
        CloudTrouble("", Kind.BUSY, "5 of ec2:DescribeInstances, 2 of ec2:RunInstances", began),
    )
    clock.sleep(MINUTE)
    assert not calls.well("", Kind.BUSY)
    clock.sleep(MINUTE)
    assert calls.troubles() == ()
    assert calls.well("", Kind.BUSY)
    throttled(calls)
    (again,) = calls.troubles()
    assert (again.since, again.words) == (clock.now(), "1 of ec2:DescribeInstances")


def test_each_role_has_its_own_trouble(calls: Calls) -> None:
    throttled(calls)
    throttled(calls, role=ROLE)
    calls.locked_out(ROLE, "no")
    assert [(one.role, one.kind) for one in calls.troubles()] == [
        (ROLE, Kind.LOCKED_OUT),
        ("", Kind.BUSY),
        (ROLE, Kind.BUSY),
    ]


@pytest.mark.parametrize(
    ("code", "words"), [("ExpiredToken", "have expired"), ("InvalidClientTokenId", "does not know the credentials")]
)
def test_credentials_that_are_not_taken_are_trouble_until_an_answer_comes(
    calls: Calls, clock: HandClock, code: str, words: str
) -> None:
    began = clock.now()
    for _ in range(3):
        calls.heard(ROLE, "ec2", "DescribeInstances", code)
        clock.sleep(MINUTE)
    (trouble,) = calls.troubles()
    assert (trouble.role, trouble.kind, trouble.since) == (ROLE, Kind.LOCKED_OUT, began)
    assert words in trouble.words
    assert not calls.well(ROLE, Kind.LOCKED_OUT)
    calls.heard(ROLE, "ec2", "DescribeInstances", "UnauthorizedOperation")
    assert calls.troubles() == ()
    assert calls.well(ROLE, Kind.LOCKED_OUT)


def test_a_clock_that_is_wrong_is_told_from_wrong_credentials(calls: Calls) -> None:
    said = "Signature expired: 20261127T120000Z is now earlier than 20261127T121500Z (20261127T122000Z - 5 min.)"
    calls.heard(ROLE, "ecs", "DescribeServices", "InvalidSignatureException", said)
    (trouble,) = calls.troubles()
    assert (trouble.kind, trouble.words) == (
        Kind.LOCKED_OUT,
        "this machine's clock and AWS's differ by minutes: set it by NTP",
    )


def test_a_new_process_knows_of_no_end_before_it_has_heard_an_answer(calls: Calls, clock: HandClock) -> None:
    clock.sleep(timedelta(hours=1))
    assert not calls.well("", Kind.LOCKED_OUT)
    assert not calls.well("", Kind.BUSY)
    calls.heard("", "ec2", "DescribeInstances", "")
    assert calls.well("", Kind.LOCKED_OUT)
    assert calls.well("", Kind.BUSY)
    young = Calls(clock.now)
    young.heard("", "ec2", "DescribeInstances", "")
    assert not young.well("", Kind.BUSY)


def test_missing_credentials_are_noted_without_a_call(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(CloudLockedOut):
        Ec2Hosts(sessions).find(SHOP)
    (trouble,) = sessions.calls.troubles()
    assert (trouble.role, trouble.kind) == ("", Kind.LOCKED_OUT)
    assert "there are no AWS credentials" in trouble.words
    with pytest.raises(CloudLockedOut):
        sessions.client("ec2", Account("eu-west-1", ROLE)).describe_instances()
    assert ROLE in [one.role for one in sessions.calls.troubles()]
