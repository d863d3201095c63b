from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Call, Content, Outgoing, Pending
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=13)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def outbox(db: Database) -> Outbox:
    return Outbox(db)


def said(text: str, key: str = "deploy:41", thread: str | None = None, channel: str = "#deploys") -> Outgoing:
    return Outgoing(key, channel, Content(text, ({"type": "divider"},)), thread)


def only(outbox: Outbox) -> Pending:
    (row,) = outbox.pending()
    return row


def deliver(outbox: Outbox, ts: str = "1.1") -> None:
    """The first pending message goes through."""
    row = outbox.pending()[0]
    claimed = outbox.claim(row, NOW, LATER)
    assert claimed is not None
    outbox.delivered(row, claimed[1], "C1", ts)


def test_a_message_put_is_pending_until_slack_has_it(outbox: Outbox) -> None:
    assert outbox.put(said("running"), NOW)
    row = only(outbox)
    assert (row.key, row.channel, row.call, row.version, row.delivered) == ("deploy:41", "#deploys", Call.POST, 1, 0)
    assert outbox.claim(row, NOW, LATER) == (Content("running", ({"type": "divider"},)), 1)
    outbox.delivered(row, 1, "C1", "1.1")
    assert outbox.pending() == []
    assert outbox.located("deploy:41") == ("C1", "1.1")


def test_a_message_put_unchanged_is_nothing_to_do(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    deliver(outbox)
    assert not outbox.put(said("running"), NOW)
    assert outbox.pending() == []


def test_many_changes_before_delivery_are_one_message_with_the_newest(outbox: Outbox) -> None:
    for text in ("one", "two", "three"):
        assert outbox.put(said(text), NOW)
    claimed = outbox.claim(only(outbox), NOW, LATER)
    assert claimed is not None
    assert (claimed[0].text, claimed[1]) == ("three", 3)


def test_a_change_after_delivery_is_an_update_of_the_same_message(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    deliver(outbox)
    outbox.put(said("done"), NOW)
    row = only(outbox)
    assert (row.call, row.ts, row.channel_id) == (Call.UPDATE, "1.1", "C1")


def test_a_change_during_delivery_is_sent_afterwards(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    row = only(outbox)
    assert outbox.claim(row, NOW, LATER) is not None
    outbox.put(said("done"), NOW)
    outbox.delivered(row, 1, "C1", "1.1")
    assert (only(outbox).version, only(outbox).delivered) == (2, 1)


def test_every_message_has_an_operation_of_its_own_that_stays(outbox: Outbox) -> None:
    outbox.put(said("a", "one"), NOW)
    outbox.put(said("b", "two"), NOW)
    first, second = outbox.pending()
    assert first.op != second.op
    outbox.put(said("c", "one"), NOW)
    assert outbox.pending()[0].op == first.op


def test_two_deliverers_cannot_claim_the_same_attempt(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    row = only(outbox)
    assert outbox.claim(row, NOW, LATER) is not None
    assert outbox.claim(row, NOW, LATER) is None


def test_a_claim_made_from_an_old_reading_fails(outbox: Outbox) -> None:
    outbox.put(said("one"), NOW)
    old = only(outbox)
    deliver(outbox)
    outbox.put(said("two"), NOW)
    assert outbox.claim(old, NOW, LATER) is None


def test_an_attempt_without_an_outcome_is_to_be_searched_for_and_left_alone_until_then(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    outbox.claim(only(outbox), NOW, LATER)
    assert only(outbox).call is Call.SEARCH
    assert outbox.due(LATER - timedelta(seconds=1)) == []
    assert [row.key for row in outbox.due(LATER)] == ["deploy:41"]


def test_an_unclear_attempt_is_searched_for_until_it_is_known_to_be_absent(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    outbox.claim(only(outbox), NOW, LATER)
    outbox.unclear(only(outbox), NOW, "timeout")
    searching = only(outbox)
    assert outbox.claim(searching, NOW, LATER) is not None
    outbox.postponed(searching, LATER, "429")
    assert only(outbox).call is Call.SEARCH
    outbox.absent(only(outbox))
    assert (only(outbox).call, only(outbox).not_before) == (Call.POST, None)


def test_a_message_found_by_searching_is_updated_for_its_version_is_not_known(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    outbox.claim(only(outbox), NOW, LATER)
    outbox.delivered(only(outbox), 0, "C1", "1.1")
    assert (only(outbox).call, only(outbox).ts) == (Call.UPDATE, "1.1")


def test_an_attempt_that_was_not_carried_out_is_simply_repeated(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    row = only(outbox)
    outbox.claim(row, NOW, LATER)
    outbox.postponed(row, NOW + timedelta(seconds=3), "Slack asks to wait 3 s")
    assert only(outbox).call is Call.POST
    assert only(outbox).attempts == 1
    assert outbox.due(NOW + timedelta(seconds=2)) == []


def test_a_reply_knows_its_parents_place_once_there_is_one(outbox: Outbox) -> None:
    outbox.put(said("why", "deploy:41:failed", thread="deploy:41"), NOW)
    assert only(outbox).parent_ts is None
    outbox.put(said("failed"), NOW)
    parent = outbox.pending()[1]
    outbox.claim(parent, NOW, LATER)
    outbox.delivered(parent, 1, "C1", "1.1")
    assert (only(outbox).parent_ts, only(outbox).channel_id) == ("1.1", "C1")


@pytest.mark.parametrize("tried", [False, True])
def test_a_message_moves_to_another_channel_only_while_it_cannot_be_in_the_first(outbox: Outbox, tried: bool) -> None:
    outbox.put(said("one"), NOW)
    if tried:
        outbox.claim(only(outbox), NOW, LATER)
    outbox.put(said("two", channel="#elsewhere"), NOW)
    assert only(outbox).channel == ("#deploys" if tried else "#elsewhere")


def test_a_refused_message_is_kept_and_marked(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    row = only(outbox)
    outbox.claim(row, NOW, LATER)
    outbox.refused(row, NOW, NOW + timedelta(minutes=10), "channel_not_found")
    assert only(outbox).failed
    assert only(outbox).call is Call.POST
    assert outbox.due(NOW + timedelta(minutes=9)) == []
    again = only(outbox)
    outbox.claim(again, NOW, LATER)
    outbox.delivered(again, 1, "C1", "1.1")
    outbox.put(said("done"), NOW)
    assert not only(outbox).failed


def test_a_message_shown_plainly_stays_so(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    row = only(outbox)
    outbox.claim(row, NOW, LATER)
    outbox.simplified(row, 1, "invalid_blocks")
    assert (only(outbox).level, only(outbox).call) == (1, Call.POST)
    deliver(outbox)
    outbox.put(said("done"), NOW)
    assert only(outbox).level == 1


def test_a_message_deleted_in_slack_takes_no_more_versions(outbox: Outbox) -> None:
    outbox.put(said("running"), NOW)
    deliver(outbox)
    outbox.put(said("done"), NOW)
    outbox.closed(only(outbox), NOW, "message_not_found")
    outbox.put(said("really done"), NOW)
    assert outbox.pending() == []


def test_what_is_put_in_a_transaction_that_fails_was_never_put(db: Database, outbox: Outbox) -> None:
    def deploy() -> None:
        with db.transaction():
            outbox.put(said("running"), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        deploy()
    assert outbox.pending() == []


def test_everything_is_there_after_the_program_has_gone(tmp_path: Path) -> None:
    first = Database(tmp_path / "state.db")
    apply_all(first)
    Outbox(first).put(said("running"), NOW)
    Outbox(first).claim(only(Outbox(first)), NOW, LATER)
    second = Database(tmp_path / "state.db")
    apply_all(second)
    assert only(Outbox(second)).call is Call.SEARCH
    first.close()
    second.close()


def test_pruning_forgets_what_is_done_and_keeps_what_is_to_be_sent_and_what_it_answers(outbox: Outbox) -> None:
    for key in ("done", "parent", "refused", "waiting"):
        outbox.put(said("x", key), NOW)
    done, parent, refused, _ = outbox.pending()
    for row in (done, parent):
        outbox.claim(row, NOW, LATER)
        outbox.delivered(row, 1, "C1", f"1.{row.id}")
    outbox.refused(refused, NOW, LATER, "is_archived")
    outbox.put(said("reply", "reply", thread="parent"), NOW)
    assert outbox.prune(NOW) == 0
    assert outbox.prune(LATER) == 2
    assert [outbox.located(key) is not None for key in ("done", "parent")] == [False, True]
    assert [row.key for row in outbox.pending()] == ["waiting", "reply"]
