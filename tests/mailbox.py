"""A mail server on this machine that keeps what it took."""

import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Mailbox:
    """Everything that the server took, and what it answers."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.refuses: dict[str, str] = {}  # what a recipient is answered
        self.got: list[EmailMessage] = []
        self.reached: list[tuple[str, ...]] = []  # the recipients of each
        self.logins: list[bytes] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        answer = self.refuses.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.reached.append(tuple(envelope.rcpt_tos))
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.got.append(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        return self.answer

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"pass word", handled=False)


class Server(Controller):
    """On a free port."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        super().__init__(
            box,
            "127.0.0.1",
            port,
            authenticator=box.login,
            auth_require_tls=False,
            auth_required=False,
            ready_timeout=30,
        )

    def url(self, password: str = "pass%20word", to: str = "oncall@example.org") -> str:
        return f"mailto://bot:{password}@127.0.0.1:{self.port}?from=bot@example.org&to={to}&mode=insecure"
