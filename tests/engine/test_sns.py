"""Who is let in by SNS's door: real signatures, by keys of our own; everything else is shown out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.sns import SnsDoor, Verdict
from tests.engine.watching import HandClock
from tests.plan.foreign import samples
from tests.signing import CERTIFICATE, CONFIRM, HOST, TOPIC, body, certificate, message, subscription

ALARM = samples.alarm()


class Aws:
    """What is fetched, and what that gets."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | None] = {CERTIFICATE: certificate(), CONFIRM: b"<ok/>"}
        self.asked: list[str] = []

    def get(self, url: str) -> bytes | None:
        self.asked.append(url)
        return self.answers.get(url)


class Front:
    def __init__(self) -> None:
        self.aws, self.clock = Aws(), HandClock()
        self.door = SnsDoor(frozenset({TOPIC}), self.aws.get, self.clock)

    @property
    def now(self) -> datetime:
        return self.clock.now()


@pytest.fixture
def front() -> Front:
    return Front()


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signed_alarm_is_let_in_by_either_version_of_the_signature(front: Front, version: str) -> None:
    let = front.door.let_in(body(message(front.now, ALARM, version=version)))
    assert let.verdict is Verdict.TAKEN
    assert [report.name for report in let.reports] == ["shop queue"]


def test_a_message_without_a_subject_is_signed_without_it(front: Front) -> None:
    sent = message(front.now, ALARM, Subject=None)
    del sent["Subject"]
    assert front.door.let_in(body(sent)).verdict is Verdict.TAKEN


def test_the_certificate_is_fetched_once(front: Front) -> None:
    for _ in range(3):
        front.door.let_in(body(message(front.now, ALARM)))
    assert front.aws.asked == [CERTIFICATE]


FORGED: list[tuple[dict[str, Any], str]] = [
    ({"Message": samples.alarm(AlarmName="other")}, "signature"),
    ({"MessageId": "other"}, "signature"),
    ({"Subject": "other"}, "signature"),
    ({"Signature": "AAAA"}, "signature"),
    ({"Signature": "not base64!"}, "signature"),
    ({"SignatureVersion": "1"}, "signature"),
    ({"TopicArn": "arn:aws:sns:eu-west-1:123456789012:others"}, "SNS_TOPICS"),
    ({"TopicArn": "arn:aws:sns:us-east-1:123456789012:alarms"}, "SNS_TOPICS"),
    ({"SigningCertURL": CERTIFICATE.replace("https", "http")}, "SigningCertURL"),
    ({"SigningCertURL": CERTIFICATE.replace("sns.eu-west-1", "evil")}, "SigningCertURL"),
    (
        {
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem"
        },
        "SigningCertURL",
    ),
    (
        {"SigningCertURL": "https://u:p@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"},
        "SigningCertURL",
    ),
    ({"SigningCertURL": f"{CERTIFICATE}?x=.pem"}, "SigningCertURL"),
    ({"SigningCertURL": f"{HOST}/../evil/SimpleNotificationService-0123456789abcdef.pem"}, "SigningCertURL"),
    ({"SigningCertURL": f"{CERTIFICATE}\n"}, "SigningCertURL"),
    ({"SigningCertURL": CERTIFICATE.replace("eu-west-1", "us-east-1")}, "another region"),
]


@pytest.mark.parametrize(("changes", "why"), FORGED, ids=lambda given: str(given)[:60])
def test_what_was_changed_on_its_way_is_refused(front: Front, changes: dict[str, Any], why: str) -> None:
    let = front.door.let_in(body({**message(front.now, ALARM), **changes}))
    assert let.verdict is Verdict.FORBIDDEN
    assert why in let.why
    assert let.reports == ()
    assert set(front.aws.asked) <= {CERTIFICATE}


def test_somebody_elses_key_is_refused(front: Front) -> None:
    assert front.door.let_in(body(message(front.now, ALARM, signer=1))).verdict is Verdict.FORBIDDEN


def test_a_certificate_that_is_over_or_none_at_all_is_refused(front: Front) -> None:
    front.aws.answers[CERTIFICATE] = certificate(begins=datetime(2020, 1, 1, tzinfo=UTC), days=30)
    assert front.door.let_in(body(message(front.now, ALARM))).verdict is Verdict.FORBIDDEN
    other = Front()
    other.aws.answers[CERTIFICATE] = b"<html>"
    assert other.door.let_in(body(message(other.now, ALARM))).verdict is Verdict.FORBIDDEN


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(minutes=59), Verdict.TAKEN),
        (timedelta(minutes=61), Verdict.FORBIDDEN),
        (-timedelta(minutes=4), Verdict.TAKEN),
        (-timedelta(minutes=6), Verdict.FORBIDDEN),
    ],
)
def test_what_is_older_than_an_hour_is_refused(front: Front, age: timedelta, verdict: Verdict) -> None:
    assert front.door.let_in(body(message(front.now - age, ALARM))).verdict is verdict


def test_a_moment_that_is_none_is_refused(front: Front) -> None:
    assert "no moment" in front.door.let_in(body(message(front.now, ALARM, Timestamp="now"))).why


def test_while_the_certificate_cannot_be_had_it_shall_come_again(front: Front) -> None:
    front.aws.answers[CERTIFICATE] = None
    assert front.door.let_in(body(message(front.now, ALARM))).verdict is Verdict.AWAY
    front.aws.answers[CERTIFICATE] = certificate()
    assert front.door.let_in(body(message(front.now, ALARM))).verdict is Verdict.TAKEN


def test_a_subscription_of_an_allowed_topic_is_confirmed(front: Front) -> None:
    assert front.door.let_in(body(subscription(front.now))).verdict is Verdict.TAKEN
    assert front.aws.asked == [CERTIFICATE, CONFIRM]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/?Action=ConfirmSubscription",
        CONFIRM.replace("https", "http"),
        CONFIRM.replace("eu-west-1.amazonaws", "us-east-1.amazonaws"),
        CONFIRM.replace("https://", "https://u@"),
        CONFIRM.replace("amazonaws.com/", "amazonaws.com:8443/"),
        CONFIRM.replace("Confirm", "Delete"),
        CONFIRM.replace(":alarms", ":others"),
        "https://[::1",
        "",
    ],
)
def test_a_subscription_elsewhere_is_never_confirmed(front: Front, url: str) -> None:
    assert front.door.let_in(body(subscription(front.now, SubscribeURL=url))).verdict is Verdict.FORBIDDEN
    assert front.aws.asked == [CERTIFICATE]


def test_a_subscription_of_another_topic_asks_nobody_anything(front: Front) -> None:
    topic = "arn:aws:sns:eu-west-1:999999999999:alarms"
    assert front.door.let_in(body(subscription(front.now, TopicArn=topic))).verdict is Verdict.FORBIDDEN
    assert front.aws.asked == []


def test_a_confirmation_that_sns_does_not_take_shall_come_again(front: Front) -> None:
    front.aws.answers[CONFIRM] = None
    assert front.door.let_in(body(subscription(front.now))).verdict is Verdict.AWAY


def test_the_end_of_a_subscription_is_heard_and_not_undone(front: Front) -> None:
    sent = subscription(front.now, Type="UnsubscribeConfirmation")
    assert front.door.let_in(body(sent)).verdict is Verdict.TAKEN
    assert front.aws.asked == [CERTIFICATE]


@pytest.mark.parametrize("sent", [b"", b"{}", b"[]", b'{"Type": "Other"}'])
def test_what_is_no_message_of_sns_is_malformed(front: Front, sent: bytes) -> None:
    assert front.door.let_in(sent).verdict is Verdict.MALFORMED


def test_a_signed_message_that_is_no_alarm_says_so(front: Front) -> None:
    let = front.door.let_in(body(message(front.now, "hello")))
    assert (let.verdict, let.why.partition(":")[0]) == (Verdict.MALFORMED, "no CloudWatch alarm")
    quiet = front.door.let_in(body(message(front.now, samples.alarm(NewStateValue="INSUFFICIENT_DATA"))))
    assert (quiet.verdict, quiet.reports) == (Verdict.TAKEN, ())
