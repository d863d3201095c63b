"""Each question goes to the prober of its kind; trouble of the bot's own is said once in the log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from bot.app.probers import open_probers
from bot.backends.base import Answer
from bot.backends.probers import Probers
from bot.model import Blind, Probe
from bot.questions import Ask, Question, TcpAsk

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WEB = Ask("https://shop.example.com/", timedelta(seconds=1))
DB = TcpAsk("db", 5432, timedelta(seconds=1))
GOOD, BLIND = Probe(True, 0.1), Probe(False, 0.0, None, "no ssh key", Blind.UNKNOWN)


class Said:
    """A prober that answers all at once, as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.probes: dict[str, Probe] = {}
        self.waiting: list[Answer] = []
        self.closed = 0

    def submit(self, asks: Sequence[tuple[str, Any]]) -> None:
        self.asked += asks
        self.waiting += [Answer(tag, self.probes.get(tag, GOOD), NOW) for tag, _ in asks]

    def collect(self) -> list[Answer]:
        found, self.waiting = self.waiting, []
        return found

    def close(self) -> None:
        self.closed += 1


def test_each_question_goes_to_the_prober_of_its_kind_and_all_answers_come_back() -> None:
    web, db = Said(), Said()
    probers = Probers({Ask: web, TcpAsk: db})
    probers.submit([("a", WEB), ("b", DB), ("c", WEB)])
    assert (web.asked, db.asked) == ([("a", WEB), ("c", WEB)], [("b", DB)])
    assert sorted(answer.tag for answer in probers.collect()) == ["a", "b", "c"]
    assert probers.collect() == []


def test_one_prober_may_stand_for_several_kinds() -> None:
    both = Said()
    probers = Probers({Ask: both, TcpAsk: both})
    probers.submit([("a", WEB), ("b", DB)])
    assert len(probers.collect()) == 2
    probers.close()
    assert both.closed == 1


def test_the_bot_has_a_prober_for_every_kind_of_question() -> None:
    probers = open_probers(Said(), Said(), Said(), Said(), Said())
    for kind in get_args(Question):
        assert kind in probers.kinds
    probers.close()


def log_of(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_why_checks_cannot_be_asked_is_logged_once_and_when_they_can_again(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said()
    probers = Probers({TcpAsk: said})
    tags = [f"check{i}" for i in range(50)]
    said.probes = dict.fromkeys(tags, BLIND)
    for _ in range(3):
        probers.submit([(tag, DB) for tag in tags])
        probers.collect()
    assert log_of(capsys).count("no ssh key") == 1
    said.probes = {tags[0]: BLIND}
    probers.submit([(tag, DB) for tag in tags])
    probers.collect()
    assert "again" not in log_of(capsys)
    said.probes = {}
    probers.submit([(tag, DB) for tag in tags])
    probers.collect()
    assert log_of(capsys).count("checks see again") == 1


def test_what_only_stands_as_it_stood_is_no_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said()
    said.probes = {"a": Probe(False, 0.0, None, "no data", Blind.KEEP)}
    probers = Probers({TcpAsk: said})
    probers.submit([("a", DB)])
    assert len(probers.collect()) == 1
    assert "no data" not in log_of(capsys)
