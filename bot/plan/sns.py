"""What SNS sends over HTTPS: who may, whether it is really from there, and how old it is.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import binascii
import re
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate
from pydantic import AwareDatetime, Field, ValidationError

from bot.plan.foreign.fields import Sent, malformed
from bot.reports import Malformed

HOST = r"sns\.[a-z]{2,3}(?:-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?"
CERTIFICATE = re.compile(rf"https://{HOST}/SimpleNotificationService-[0-9a-f]{{8,64}}\.pem")
OLDEST, SKEW = timedelta(hours=1), timedelta(minutes=5)


class SnsMessage(Sent):
    kind: Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"] = Field(alias="Type")
    id: str = Field(alias="MessageId", max_length=100)
    topic: str = Field(alias="TopicArn", max_length=300)
    subject: str | None = Field(default=None, alias="Subject")
    message: str = Field(alias="Message")
    timestamp: str = Field(alias="Timestamp", max_length=40)
    version: Literal["1", "2"] = Field(alias="SignatureVersion")
    signature: str = Field(alias="Signature", max_length=2000)
    certificate: str = Field(alias="SigningCertURL", max_length=300)
    token: str = Field(default="", alias="Token", max_length=2000)
    subscribe: str = Field(default="", alias="SubscribeURL", max_length=3000)


class Moment(Sent):
    at: AwareDatetime


def read(body: bytes) -> SnsMessage | Malformed:
    try:
        return SnsMessage.model_validate_json(body)
    except ValidationError as error:
        return malformed(error)


def objection(message: SnsMessage, topics: frozenset[str], now: datetime) -> str:
    """Why it is not taken, before its signature is looked at; empty when nothing speaks against it."""
    if message.topic not in topics:
        return "this topic is not in SNS_TOPICS"
    if not CERTIFICATE.fullmatch(message.certificate):
        return "its SigningCertURL is not one of SNS"
    if _host_of(message.certificate) != f"sns.{message.topic.split(':')[3]}.amazonaws.com{_suffix(message.topic)}":
        return "its SigningCertURL is of another region than its topic"
    try:
        sent = Moment(at=message.timestamp).at  # type: ignore[arg-type] # pydantic reads it
    except ValidationError:
        return "its Timestamp is no moment"
    return "" if now - OLDEST <= sent <= now + SKEW else "it is older than an hour, or from the future"


def _suffix(topic: str) -> str:
    return ".cn" if topic.startswith("arn:aws-cn:") else ""


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def signed_text(message: SnsMessage) -> bytes:
    """What the signature is of: names and values in turn, each on its line."""
    pairs: list[tuple[str, str | None]] = [("Message", message.message), ("MessageId", message.id)]
    if message.kind == "Notification":
        pairs.append(("Subject", message.subject))
    else:
        pairs.append(("SubscribeURL", message.subscribe))
    pairs.append(("Timestamp", message.timestamp))
    if message.kind != "Notification":
        pairs.append(("Token", message.token))
    pairs += [("TopicArn", message.topic), ("Type", message.kind)]
    return "".join(f"{name}\n{value}\n" for name, value in pairs if value is not None).encode()


def is_signed(message: SnsMessage, certificate: bytes, now: datetime) -> bool:
    """By the key of this certificate (PEM), which is valid now."""
    try:
        found = load_pem_x509_certificate(certificate)
        key, signature = found.public_key(), base64.b64decode(message.signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    if not isinstance(key, RSAPublicKey) or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        return False
    algorithm = hashes.SHA256() if message.version == "2" else hashes.SHA1()  # version 1 is so
    try:
        key.verify(signature, signed_text(message), PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def confirms(message: SnsMessage) -> bool:
    """Whether its SubscribeURL confirms this very topic, at SNS of the same region."""
    try:
        parts = urlsplit(message.subscribe)
        sound = parts.scheme == "https" and parts.netloc == _host_of(message.certificate) and parts.path in ("", "/")
    except ValueError:
        return False
    asked = parse_qs(parts.query)
    return sound and asked.get("Action") == ["ConfirmSubscription"] and asked.get("TopicArn") == [message.topic]
