"""Secrets that AWS keeps, opened when they are used and kept for minutes in memory, nowhere else."""

import base64
import binascii
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import logs
from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions, utc_now
from bot.cloud import HERE, Account
from bot.errors import CloudAway, CloudBusy, CloudError, CloudRefused, SecretClosed
from bot.model import Host
from bot.sealed import is_sealed, shown

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)  # a value that is older is asked for again
GRACE = timedelta(minutes=30)  # for so long it serves while AWS does not answer
MAKE = {
    "ssm": "aws ssm put-parameter --type SecureString --name {name} --value …",
    "secretsmanager": "aws secretsmanager create-secret --name {name} --secret-string …",
    "kms": "aws kms encrypt --key-id … --plaintext fileb://secret --query CiphertextBlob --output text",
}
HOWEVER = {
    "ParameterNotFound": "there is no such parameter",
    "ResourceNotFoundException": "there is no such secret",
    "InvalidCiphertextException": "it was not encrypted by a key of this account and region",
    "NotFoundException": "its key is gone",
}


@dataclass(frozen=True, slots=True)
class Opened:
    value: str
    at: datetime


class Vault:
    """May be used from any thread; whoever wants the same secret at once shares one call. `learn` is told of every
    value before anybody gets it.
    """

    def __init__(
        self, sessions: Sessions, now: Callable[[], datetime] = utc_now, learn: Callable[[str], None] = logs.hide
    ) -> None:
        self._sessions = sessions
        self._learn = learn
        self._now = now
        self._guard = threading.Lock()
        self._opening: dict[tuple[str, Account], threading.Lock] = {}
        self._kept: dict[tuple[str, Account], Opened] = {}

    def open(self, name: str, account: Account = HERE) -> str:
        """The value of `ssm:/path` and its like. Raises SecretClosed, which names it and says what to do."""
        with self._guard:
            alone = self._opening.setdefault((name, account), threading.Lock())
        with alone:
            known = self._kept.get((name, account))
            if known and self._now() - known.at < FRESH:
                return known.value
            return self._asked(name, account, known)

    def known(self, name: str, account: Account = HERE) -> str | None:
        """What was opened lately; asks nobody."""
        found = self._kept.get((name, account))
        return found.value if found and self._now() - found.at < GRACE else None

    def fresh(self, name: str, account: Account = HERE) -> bool:
        """Whether `open` would ask nobody."""
        found = self._kept.get((name, account))
        return found is not None and self._now() - found.at < FRESH

    def host(self, host: Host, account: Account) -> Host:
        """The host with its variables opened; itself where none is a secret. Raises SecretClosed."""
        opened = {name: self.open(value, account) for name, value in host.vars.items() if is_sealed(value)}
        return replace(host, vars={**host.vars, **opened}) if opened else host

    def _asked(self, name: str, account: Account, known: Opened | None) -> str:
        try:
            value = read(self._sessions, name, account)
        except (CloudAway, CloudBusy) as error:
            if known is None or self._now() - known.at >= GRACE:
                raise closed(name, error) from error
            log.warning("a secret cannot be read anew; its last value serves", secret=shown(name), error=str(error))
            return known.value
        except CloudError as error:
            raise closed(name, error) from error
        self._learn(value)
        self._kept[name, account] = Opened(value, self._now())
        return value


def read(sessions: Sessions, name: str, account: Account) -> str:
    """Asks AWS. Raises CloudError, or SecretClosed for what is no text."""
    kind, _, place = name.partition(":")
    return READ[kind](sessions, place, account)


def _ssm(sessions: Sessions, place: str, account: Account) -> str:
    def call() -> str:
        found = sessions.client("ssm", account).get_parameter(Name=place, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    return asked("ssm:GetParameter", call, place)


def _secretsmanager(sessions: Sessions, place: str, account: Account) -> str:
    name, _, key = place.partition("#")

    def call() -> str:
        return str(sessions.client("secretsmanager", account).get_secret_value(SecretId=name).get("SecretString", ""))

    text = asked("secretsmanager:GetSecretValue", call, name)
    return _field(text, key, f"secretsmanager:{place}") if key else text


def _field(text: str, key: str, name: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get(key), str | int) or isinstance(found[key], bool):
        raise SecretClosed(shown(name), f"it is no JSON that has a text {key}: correct the secret, or leave #{key} out")
    return str(found[key])


def _kms(sessions: Sessions, place: str, account: Account) -> str:
    try:
        blob = base64.b64decode(place, validate=True)
    except binascii.Error:
        raise SecretClosed(shown(f"kms:{place}"), f"it is not whole: make it anew: {MAKE['kms']}") from None
    plain = asked("kms:Decrypt", lambda: sessions.client("kms", account).decrypt(CiphertextBlob=blob)["Plaintext"])
    try:
        return bytes(plain).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretClosed(shown(f"kms:{place}"), "it is not text: encrypt UTF-8 text") from None


READ: Mapping[str, Callable[[Sessions, str, Account], str]] = {
    "ssm": _ssm,
    "secretsmanager": _secretsmanager,
    "kms": _kms,
}


def closed(name: str, error: CloudError) -> SecretClosed:
    """In words that say the name, and never more than AWS says of it."""
    kind, _, place = name.partition(":")
    words = str(error)
    for code, why in HOWEVER.items() if isinstance(error, CloudRefused) else ():
        if f"({code})" in words:
            words = f"{why}; make it: {MAKE[kind].format(name=place.partition('#')[0])}"
    return SecretClosed(shown(name), words)
