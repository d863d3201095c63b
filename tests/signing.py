"""SNS as far as a receiver sees it: a key of our own, its certificate, and signed messages."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.plan.sns import SnsMessage, signed_text

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])


@cache
def key(number: int = 0) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@cache
def certificate(number: int = 0, begins: datetime = datetime(2020, 1, 1, tzinfo=UTC), days: int = 9000) -> bytes:
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key(number).public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .sign(key(number), hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def message(now: datetime, text: str = "", signer: int = 0, version: str = "2", **changes: Any) -> dict[str, Any]:
    """Signed as it is then; what is changed afterwards is not signed."""
    base: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "TopicArn": TOPIC,
        "Subject": "ALARM",
        "Message": text,
        "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        "Signature": "",
        "UnsubscribeURL": f"{HOST}/?Action=Unsubscribe",
        **changes,
    }
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signed = signed_text(SnsMessage.model_validate(base))
    return {**base, "Signature": b64encode(key(signer).sign(signed, PKCS1v15(), algorithm)).decode()}


def body(sent: dict[str, Any]) -> bytes:
    return json.dumps(sent).encode()


def subscription(now: datetime, **changes: Any) -> dict[str, Any]:
    more = {"Type": "SubscriptionConfirmation", "Token": "2336412f37", "SubscribeURL": CONFIRM, "Subject": None}
    return message(now, "You have chosen to subscribe", **{**more, **changes})
