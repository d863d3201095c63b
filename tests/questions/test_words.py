"""How a question reads in an alert and in /status."""

from datetime import timedelta

import pytest

from bot.questions import Ask, Question, TcpAsk

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Ask("https://shop.example.com/healthz", SECOND), "GET https://shop.example.com/healthz"),
        (Ask("https://ana:s3cret@shop.example.com:8443/x?y=1", SECOND), "GET https://shop.example.com:8443/x?y=1"),
        (TcpAsk("db.example.com", 5432, SECOND), "TCP db.example.com:5432"),
        (TcpAsk("::1", 25, SECOND, "secret words", "220"), "TCP [::1]:25"),
    ],
)
def test_a_question_reads_as_a_person_writes_it_and_tells_no_secret(question: Question, said: str) -> None:
    assert str(question) == said
