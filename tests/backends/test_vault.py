"""Secrets that AWS keeps, against moto as a process of its own."""

import base64
import io
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.backends.aws_sessions import Sessions
from bot.backends.vault import FRESH, GRACE, Vault
from bot.cloud import HERE, Account
from bot.errors import SecretClosed
from bot.logs import configure
from bot.model import Host
from tests.backends.daemons import moto, reach
from tests.test_logs import logging_as_it_was
from tests.workspace import HandClock

__all__ = ["logging_as_it_was"]
VALUE = "hunter2-of-the-shop"
THERE = Account("us-east-1")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sessions(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    reach(monkeypatch, endpoint, "eu-west-1")
    found = Sessions()
    yield found
    found.close()


@pytest.fixture
def vault(sessions: Sessions, clock: HandClock) -> Vault:
    return Vault(sessions, clock.now)


def parameter(sessions: Sessions, value: str, account: Account = HERE, name: str = "/shop/token") -> None:
    sessions.client("ssm", account).put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def secret(sessions: Sessions, name: str, **value: Any) -> None:
    sessions.client("secretsmanager").create_secret(Name=name, **value)


def encrypted(sessions: Sessions, plain: bytes) -> str:
    kms = sessions.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    return base64.b64encode(kms.encrypt(KeyId=key, Plaintext=plain)["CiphertextBlob"]).decode()


def test_each_kind_is_opened(sessions: Sessions, vault: Vault) -> None:
    parameter(sessions, VALUE)
    secret(sessions, "shop/plain", SecretString=VALUE)
    secret(sessions, "shop/many", SecretString=json.dumps({"token": VALUE, "port": 5432}))
    kms = encrypted(sessions, f"{VALUE}\n".encode())
    assert vault.open("ssm:/shop/token") == VALUE
    assert vault.open("secretsmanager:shop/plain") == VALUE
    assert vault.open("secretsmanager:shop/many#token") == VALUE
    assert vault.open("secretsmanager:shop/many#port") == "5432"
    assert vault.open(f"kms:{kms}") == VALUE


def test_the_same_name_is_another_secret_in_another_account(sessions: Sessions, vault: Vault) -> None:
    parameter(sessions, "here-of-the-shop")
    parameter(sessions, "there-of-the-shop", THERE)
    assert vault.open("ssm:/shop/token") == "here-of-the-shop"
    assert vault.open("ssm:/shop/token", THERE) == "there-of-the-shop"


def of_binary(sessions: Sessions) -> str:
    return f"kms:{encrypted(sessions, bytes(range(128, 200)))}"


def of_words(sessions: Sessions) -> str:
    secret(sessions, "shop/words", SecretString=VALUE)
    return "secretsmanager:shop/words#token"


def of_lists(sessions: Sessions) -> str:
    secret(sessions, "shop/lists", SecretString=json.dumps({"token": [VALUE]}))
    return "secretsmanager:shop/lists#token"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "ssm:/nowhere",
            "there is no such parameter; make it: aws ssm put-parameter --type SecureString --name /nowhere",
        ),
        (
            "secretsmanager:nowhere#x",
            "there is no such secret; make it: aws secretsmanager create-secret --name nowhere",
        ),
        (f"kms:{'A' * 41}", "it is not whole"),
        (of_binary, "it is not text"),
        (of_words, "it is no JSON that has a text token"),
        (of_lists, "it is no JSON that has a text token"),
    ],
)
def test_what_cannot_be_opened_is_named_with_what_to_do_and_no_value(
    sessions: Sessions, vault: Vault, name: str | Callable[[Sessions], str], words: str
) -> None:
    asked = name if isinstance(name, str) else name(sessions)
    with pytest.raises(SecretClosed) as refused:
        vault.open(asked)
    assert str(refused.value).startswith(asked[:20])
    assert words in str(refused.value)
    assert VALUE not in str(refused.value)


def test_a_value_serves_for_minutes_and_is_then_asked_for_anew(
    sessions: Sessions, vault: Vault, clock: HandClock
) -> None:
    parameter(sessions, "first-of-the-shop")
    assert vault.open("ssm:/shop/token") == "first-of-the-shop"
    parameter(sessions, "second-of-the-shop")
    assert vault.fresh("ssm:/shop/token")
    assert vault.open("ssm:/shop/token") == "first-of-the-shop"
    clock.sleep(FRESH)
    assert not vault.fresh("ssm:/shop/token")
    assert vault.known("ssm:/shop/token") == "first-of-the-shop"
    assert vault.open("ssm:/shop/token") == "second-of-the-shop"


def test_while_aws_does_not_answer_the_last_value_serves_for_a_while(
    sessions: Sessions, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameter(sessions, VALUE)
    vault = Vault(sessions, clock.now)
    vault.open("ssm:/shop/token")
    sessions.close()  # its clients are made anew, and find nobody
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clock.sleep(FRESH)
    with capture_logs() as said:
        assert vault.open("ssm:/shop/token") == VALUE
    assert [entry["secret"] for entry in said] == ["ssm:/shop/token"]
    assert VALUE not in str(said)
    clock.sleep(GRACE)
    assert vault.known("ssm:/shop/token") is None
    with pytest.raises(SecretClosed, match=r"^ssm:/shop/token: ssm:GetParameter: .*connect"):
        vault.open("ssm:/shop/token")


def test_many_who_want_it_at_once_make_one_call(sessions: Sessions, vault: Vault) -> None:
    parameter(sessions, VALUE)
    before = calls(sessions)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(vault.open, ["ssm:/shop/token"] * 64)) == {VALUE}
    assert calls(sessions) - before == 1


def calls(sessions: Sessions) -> int:
    return sum(one.calls for one in sessions.calls.counts() if one.operation == "GetParameter")


def test_a_hosts_variables_are_opened_and_the_rest_stays(sessions: Sessions, vault: Vault) -> None:
    parameter(sessions, VALUE)
    host = Host("web1", "deploy", "10.0.0.5", 22, {"TOKEN": "ssm:/shop/token", "PORT": "8080"})
    assert vault.host(host, HERE).vars == {"TOKEN": VALUE, "PORT": "8080"}
    assert host.vars["TOKEN"] == "ssm:/shop/token"
    plain = Host("web2", "deploy", "10.0.0.6", 22, {"PORT": "8080"})
    assert vault.host(plain, HERE) is plain


def test_the_log_leaves_out_what_was_opened(sessions: Sessions, vault: Vault, logging_as_it_was: None) -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream=stream)
    parameter(sessions, "never-to-be-logged-by-anybody")
    vault.open("ssm:/shop/token")
    logging.getLogger("bot").info("it is never-to-be-logged-by-anybody here")
    assert "it is *** here" in stream.getvalue()
    assert "never-to-be" not in stream.getvalue()
