"""Sessions of AWS: the bot's own, and one for each role that it assumes; one client for each service and account.

Endpoint, and the bot's own credentials and region, are found by the AWS SDK as always (`AWS_ENDPOINT_URL` too).
"""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3.session
import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.utils import parse_timestamp

from bot.backends.aws_calls import Calls
from bot.backends.aws_errors import ABSENT, TROUBLE, asked, role_error, shut_out
from bot.cloud import HERE, Account
from bot.errors import CloudLockedOut

NAME = "pointsman"  # of the assumed sessions: CloudTrail shows it
AGAIN = timedelta(minutes=1)  # between two looks for credentials after AWS has refused those there are
PATIENCE = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"total_max_attempts": 5, "mode": "standard"},  # standard: backs off with jitter
    max_pool_connections=32,
)
BRIEF = {"cloudwatch": Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})}
"""Of services that a sweep waits for: it comes again by itself."""
ANYWHERE = "us-east-1"  # where a role is assumed when no region is known


def utc_now() -> datetime:
    return datetime.now(UTC)


def in_utc(value: Any) -> datetime:
    """A moment as AWS writes it. The SDK has it in the process's time zone, where one hour of the year comes twice and
    equals no other moment.
    """
    return parse_timestamp(value).astimezone(UTC)


class Sessions:
    """May be used from any thread. A client is made when it is first needed: ask for it at each use, do not keep it.

    An assumed session is renewed a quarter of an hour before it ends, by the call that needs it then.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self.calls = Calls(now)
        self._guard = threading.RLock()
        self._clients: dict[tuple[str, Account], BaseClient] = {}
        self._roles: dict[Account, boto3.session.Session] = {}
        self._own: boto3.session.Session | None = None
        self._refused = False
        self._made_at = now()

    def client(self, service: str, account: Account = HERE) -> Any:
        """boto3's client. Raises CloudError for a region or an endpoint that is none."""
        with self._guard:
            self._renew()
            found = self._clients.get((service, account))
            if found is None:
                found = asked(f"{service}:*", lambda: self._open(service, account))
                if self._signs(account):
                    self._clients[service, account] = found
                else:
                    self.calls.locked_out("", ABSENT)
            return found

    def close(self) -> None:
        with self._guard:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _renew(self) -> None:
        """After AWS has refused the credentials they are looked for anew: somebody may have renewed them."""
        if self._refused and self._now() - self._made_at >= AGAIN:
            self.close()
            self._roles.clear()
            self._own, self._refused, self._made_at = None, False, self._now()

    def _hearing(self, service: str, role: str) -> Callable[..., None]:
        """Told of every attempt, also of those that botocore repeats."""

        def heard(event_name: str, parsed_response: dict[str, Any] | None = None, **_: object) -> None:
            if parsed_response is None:
                return  # no answer came
            error = parsed_response.get("Error", {})
            code, said = error.get("Code", ""), error.get("Message", "")
            self.calls.heard(role, service, event_name.rpartition(".")[2], code, said)
            self._refused = self._refused or bool(shut_out(code, said))

        return heard

    def _open(self, service: str, account: Account) -> BaseClient:
        session = self._role(account) if account.role_arn else self._mine()
        client: BaseClient = session.client(  # type: ignore[call-overload] # its names are a closed list there
            service, account.region, config=BRIEF.get(service, PATIENCE)
        )
        client.meta.events.register("response-received.*.*", self._hearing(service, account.role_arn or ""))
        return client

    def _signs(self, account: Account) -> bool:
        """A client without credentials is not kept: they may come."""
        return bool(account.role_arn) or self._mine().get_credentials() is not None

    def _mine(self) -> boto3.session.Session:
        if self._own is None:
            own = botocore.session.Session()
            _tell_in_utc(own)
            self._own = boto3.session.Session(botocore_session=own)
        return self._own

    def _role(self, account: Account) -> boto3.session.Session:
        """One session for the role, whatever the region."""
        role = Account(None, account.role_arn, account.external_id)
        if role not in self._roles:
            inner = botocore.session.Session()
            inner.register_component("data_loader", self._mine()._session.get_component("data_loader"))
            renewed = DeferredRefreshableCredentials(lambda: self._assume(account), "assume-role", self._now)
            _tell_in_utc(inner)
            inner._credentials = renewed  # type: ignore[attr-defined] # botocore has no other way in
            self._roles[role] = boto3.session.Session(botocore_session=inner, region_name=self._mine().region_name)
        return self._roles[role]

    def _assume(self, account: Account) -> dict[str, str]:
        """What botocore takes for renewed credentials. Raises CloudError."""
        region = account.region or self._mine().region_name or ANYWHERE
        sts = self.client("sts", Account(region))
        wanted = {"RoleArn": account.role_arn, "RoleSessionName": NAME}
        if account.external_id:
            wanted["ExternalId"] = account.external_id
        try:
            given = sts.assume_role(**wanted)["Credentials"]
        except TROUBLE as error:
            refused = role_error(error, account, _caller(sts))
            if isinstance(refused, CloudLockedOut):
                self.calls.locked_out(account.role_arn or "", str(refused))
            raise refused from error
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }


def _tell_in_utc(session: botocore.session.Session) -> None:
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=in_utc)


def _caller(sts: Any) -> str:
    """The ARN that a trust policy would name; empty when even that cannot be found out."""
    try:
        arn = str(sts.get_caller_identity()["Arn"])
    except TROUBLE:
        return ""
    return re.sub(r":sts::([0-9]*):assumed-role/([^/]+)/.*", r":iam::\1:role/\2", arn)
