"""Sessions against moto as a process of its own: it has an STS that gives roles out."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.stub import Stubber

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.cloud import HERE, Account
from bot.errors import CloudAway, CloudDenied, CloudRefused
from tests.backends.daemons import moto, reach

REGION = "eu-west-1"
ROLE = "arn:aws:iam::210987654321:role/pointsman"
THERE = Account("eu-central-1", ROLE, "acme")
ACTION = "sts:GetCallerIdentity"


class Clock:
    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(endpoint: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    reach(monkeypatch, endpoint, REGION)
    found = Sessions(clock.now)
    yield found
    found.close()


def keys_of(client: Any) -> list[str]:
    """Fills with the access key that each request is signed with."""
    seen: list[str] = []

    def look(request: AWSPreparedRequest, **_: object) -> None:
        found = re.search(r"Credential=(\w+)/", str(request.headers["Authorization"]))
        assert found
        seen.append(found[1])

    client.meta.events.register("before-send.*", look)
    return seen


def test_a_role_is_assumed_and_its_session_bears_our_name(sessions: Sessions) -> None:
    said = sessions.client("sts", THERE).get_caller_identity()
    assert said["Account"] == "210987654321"
    assert said["Arn"] == "arn:aws:sts::210987654321:assumed-role/pointsman/pointsman"


def test_without_a_role_the_credentials_are_the_bots_own(sessions: Sessions) -> None:
    client = sessions.client("sts")
    keys = keys_of(client)
    client.get_caller_identity()
    assert keys == ["AKIATEST"]
    assert client.meta.region_name == REGION


def test_one_client_serves_a_service_and_an_account(sessions: Sessions) -> None:
    assert sessions.client("ec2", THERE) is sessions.client("ec2", THERE)
    others = [HERE, Account("us-east-1"), THERE.at("us-east-1"), Account("eu-central-1", ROLE)]
    clients = [sessions.client("ec2", account) for account in (THERE, *others)]
    assert len(set(map(id, clients))) == 5
    regions = [client.meta.region_name for client in clients]
    assert regions == ["eu-central-1", REGION, "us-east-1", "us-east-1", "eu-central-1"]


def test_the_external_id_is_sent_and_one_session_serves_every_region_of_a_role(sessions: Sessions) -> None:
    asked_for: list[dict[str, Any]] = []
    own = sessions.client("sts", Account(THERE.region))
    own.meta.events.register("before-parameter-build.sts.AssumeRole", lambda params, **_: asked_for.append(params))
    first, second = sessions.client("sts", THERE), sessions.client("ec2", THERE.at("us-east-1"))
    keys = [keys_of(first), keys_of(second)]
    first.get_caller_identity()
    second.describe_regions()
    assert keys[0] == keys[1]
    assert asked_for == [{"RoleArn": ROLE, "RoleSessionName": "pointsman", "ExternalId": "acme"}]


@pytest.mark.parametrize(("minutes", "renewed"), [(1, False), (44, False), (46, True), (59, True)])
def test_a_session_is_renewed_before_it_ends(sessions: Sessions, clock: Clock, minutes: int, renewed: bool) -> None:
    client = sessions.client("sts", THERE)
    keys = keys_of(client)
    client.get_caller_identity()
    clock.at += timedelta(minutes=minutes)
    client.get_caller_identity()
    assert (keys[0] != keys[-1]) is renewed


def test_many_threads_share_one_client_and_one_assumed_session(sessions: Sessions) -> None:
    assumed: list[object] = []
    own = sessions.client("sts", Account(THERE.region))
    own.meta.events.register("before-parameter-build.sts.AssumeRole", lambda params, **_: assumed.append(params))

    def call(_: int) -> tuple[int, str]:
        client = sessions.client("sts", THERE)
        return id(client), client.get_caller_identity()["Account"]

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(call, range(32)))
    assert len(found) == 1
    assert len(assumed) == 1


def refuse(sessions: Sessions, code: str, caller: str = "") -> None:
    """The next AssumeRole is refused so."""
    stub = Stubber(sessions.client("sts", Account(THERE.region)))
    stub.add_client_error("assume_role", code, "no")
    if caller:
        identity = {"Arn": caller, "Account": "123456789012", "UserId": "x"}
        stub.add_response("get_caller_identity", identity)
    stub.activate()


@pytest.mark.parametrize(
    ("caller", "principal"),
    [
        ("arn:aws:sts::123456789012:assumed-role/bot/i-0abc", "arn:aws:iam::123456789012:role/bot"),
        ("arn:aws:iam::123456789012:user/bot", "arn:aws:iam::123456789012:user/bot"),
    ],
)
def test_a_role_that_may_not_be_assumed_names_the_trust_statement(
    sessions: Sessions, caller: str, principal: str
) -> None:
    refuse(sessions, "AccessDenied", caller)
    with pytest.raises(CloudDenied) as refused:
        asked("ec2:DescribeInstances", sessions.client("ec2", THERE).describe_instances)
    assert refused.value.action == "sts:AssumeRole"
    said = str(refused.value)
    trust = f'{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "sts:AssumeRole"'
    assert f'{trust}, "Condition": {{"StringEquals": {{"sts:ExternalId": "acme"}}}}}} to the role\'s trust' in said
    assert f'"Action": "sts:AssumeRole", "Resource": "{ROLE}"}} to the bot\'s own policy' in said


def test_other_trouble_with_a_role_is_said_as_of_any_call(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(sessions, "ExpiredToken")
    with pytest.raises(CloudDenied, match="sts:AssumeRole: the AWS credentials have expired"):
        sessions.client("ec2", THERE).describe_instances()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = Sessions()
    with pytest.raises(CloudAway, match="sts:AssumeRole"):
        away.client("ec2", THERE).describe_instances()
    away.close()


def test_an_endpoint_or_region_that_is_none_is_said(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not an address")
    with pytest.raises(CloudRefused, match="Invalid endpoint"):
        sessions.client("ec2")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(CloudRefused, match="no region is known"):
        Sessions().client("ec2")


def test_credentials_that_were_refused_are_looked_for_anew_but_not_at_every_call(
    sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sessions.client("sts")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANEW")
    said = {"Error": {"Code": "ExpiredToken", "Message": "no"}}
    clock.at += timedelta(minutes=2)
    assert sessions.client("sts") is first
    first.meta.events.emit("response-received.sts.GetCallerIdentity", parsed_response=said)
    second = sessions.client("sts")
    keys = keys_of(second)
    second.get_caller_identity()
    assert keys == ["AKIANEW"]
    second.meta.events.emit("response-received.sts.GetCallerIdentity", parsed_response=said)
    assert sessions.client("sts") is second
    clock.at += timedelta(minutes=2)
    assert sessions.client("sts") is not second


def test_credentials_that_come_later_are_found(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(CloudDenied, match="there are no AWS credentials"):
        asked(ACTION, sessions.client("sts").get_caller_identity)
    reach(monkeypatch, sessions.client("sts").meta.endpoint_url, REGION)
    assert asked(ACTION, sessions.client("sts").get_caller_identity)["Account"] == "123456789012"
