"""AWS clients whose answers are told beforehand, checked against botocore's own model of each call."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.stub import Stubber

from bot.backends.aws_sessions import Sessions
from bot.cloud import HERE, Account

REGION = "eu-west-1"


class Stubbed(Sessions):
    """Sessions of clients that answer what was told; one that was told nothing answers no call."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Stubber] = {}
        self._made: dict[str, Any] = {}

    def client(self, service: str, account: Account = HERE) -> Any:
        if service not in self._made:
            made = boto3.client(  # type: ignore[call-overload] # any of them
                service, REGION, aws_access_key_id="AKIATEST", aws_secret_access_key="x"
            )
            self._made[service] = made
            self.told[service] = Stubber(made)
            self.told[service].activate()
        return self._made[service]

    def tell(self, service: str, call: str, answer: dict[str, Any], asked: dict[str, Any] | None = None) -> None:
        """The next call of this service is this one, and is answered so."""
        self.client(service)
        self.told[service].add_response(call, answer, asked)

    def refuse(self, service: str, call: str, code: str, words: str) -> None:
        self.client(service)
        self.told[service].add_client_error(call, code, words)

    def close(self) -> None:
        for client in self._made.values():
            client.close()


@contextmanager
def stubbed() -> Iterator[Stubbed]:
    """All that was told must have been asked at the end."""
    made = Stubbed()
    try:
        yield made
        for stubber in made.told.values():
            stubber.assert_no_pending_responses()
    finally:
        made.close()
