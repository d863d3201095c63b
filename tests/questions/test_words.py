"""How a question reads in an alert and in /status."""

from datetime import timedelta

import pytest

from bot.model import Host
from bot.questions import Ask, BeatAsk, CommandAsk, DnsAsk, MetricAsk, Question, TcpAsk, TlsAsk
from bot.questions.metric import Missing
from bot.questions.numbers import CloudMetric, PromQuery

SECOND = timedelta(seconds=1)
WEB = Host("web1", "deploy", "10.0.0.5")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Ask("https://shop.example.com/healthz", SECOND), "GET https://shop.example.com/healthz"),
        (Ask("https://ana:s3cret@shop.example.com:8443/x?y=1", SECOND), "GET https://shop.example.com:8443/x?y=1"),
        (TcpAsk("db.example.com", 5432, SECOND), "TCP db.example.com:5432"),
        (TlsAsk("shop.test", 443, "shop.test", 14, SECOND), "TLS shop.test:443"),
        (TlsAsk("10.0.0.9", 443, "shop.test", 14, SECOND), "TLS 10.0.0.9:443 for shop.test"),
        (DnsAsk("shop.test", "A", SECOND), "DNS A shop.test"),
        (DnsAsk("shop.test", "MX", SECOND, frozenset(["10 mail"]), "10.0.0.2"), "DNS MX shop.test at 10.0.0.2"),
        (DnsAsk("shop.test", "A", SECOND, frozenset(), "fd00::2", 5353), "DNS A shop.test at [fd00::2]:5353"),
        (BeatAsk(timedelta(days=1), timedelta(hours=1), "1d"), "heartbeat every 1d"),
        (CommandAsk(WEB, "systemctl  is-active \\\n shop", SECOND), "SSH systemctl is-active \\ shop"),
        (CommandAsk(WEB, "x" * 100, SECOND), f"SSH {'x' * 79}…"),
        (MetricAsk(PromQuery("up  ==\n 1"), 3, False, 1, 1, Missing.MISSING, SECOND), "Prometheus up == 1 below 3"),
        (
            MetricAsk(CloudMetric("Shop", "Load", "p99", (), SECOND), 0.5, True, 1, 1, Missing.MISSING, SECOND),
            "CloudWatch Shop Load p99 above 0.5",
        ),
        (TcpAsk("::1", 25, SECOND, "secret words", "220"), "TCP [::1]:25"),
    ],
)
def test_a_question_reads_as_a_person_writes_it_and_tells_no_secret(question: Question, said: str) -> None:
    assert str(question) == said
