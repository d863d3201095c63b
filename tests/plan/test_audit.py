from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.audit import Broken, Sound, Why, link, read_head, verify
from bot.trail import EMPTY, GENESIS, AuditRow, Head

Edit = Callable[[list[AuditRow]], Sequence[AuditRow]]


def chain(*acts: str, after: str = GENESIS, first: int = 1) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number, act in enumerate(acts, first):
        fields = {"id": number, "who": "U1", "act": act, "why": None}
        rows.append(AuditRow(number, fields, after, after := link(after, fields)))
    return rows


ROWS = chain("deploy", "approve", "refuse", "rollback", "lock")
HEAD = Head(5, ROWS[-1].hash)


def test_an_untouched_chain_is_sound() -> None:
    assert verify(ROWS, HEAD) == Sound(HEAD)
    assert verify(iter(ROWS), HEAD, HEAD) == Sound(HEAD)
    assert Sound(HEAD).count == 5


def test_no_rows_are_a_sound_chain() -> None:
    assert verify([], EMPTY) == Sound(EMPTY)


def forge(rows: list[AuditRow], at: int, act: str) -> AuditRow:
    """The row with another act and a hash that fits it."""
    fields = {**rows[at].fields, "act": act}
    return replace(rows[at], fields=fields, hash=link(rows[at].previous, fields))


def with_row(rows: list[AuditRow], at: int, row: AuditRow) -> list[AuditRow]:
    return [*rows[:at], row, *rows[at + 1 :]]


def with_field(rows: list[AuditRow], at: int, **fields: object) -> list[AuditRow]:
    return with_row(rows, at, replace(rows[at], fields={**rows[at].fields, **fields}))


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        (lambda rows: with_field(rows, 2, who="U2"), Broken(3, Why.CHANGED)),
        (lambda rows: with_field(rows, 4, why=""), Broken(5, Why.CHANGED)),
        (lambda rows: with_field(rows, 1, id=7), Broken(2, Why.CHANGED)),
        (lambda rows: with_field(rows, 3, act=b"bytes"), Broken(4, Why.CHANGED)),
        (lambda rows: with_field(rows, 3, act=float("nan")), Broken(4, Why.CHANGED)),
        (lambda rows: with_row(rows, 0, replace(rows[0], hash="f" * 64)), Broken(1, Why.CHANGED)),
        (lambda rows: with_row(rows, 2, forge(rows, 2, "nothing")), Broken(4, Why.UNLINKED)),
        (lambda rows: rows[1:], Broken(2, Why.UNLINKED)),
        (lambda rows: rows[:2] + rows[3:], Broken(4, Why.UNLINKED)),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], Broken(3, Why.UNLINKED)),
        (lambda rows: [*rows[:2], rows[1], *rows[2:]], Broken(2, Why.UNLINKED)),
        (lambda rows: rows[:4], Broken(None, Why.TRUNCATED)),
        (lambda rows: [], Broken(None, Why.TRUNCATED)),
        (lambda rows: with_row(rows, 4, forge(rows, 4, "nothing")), Broken(5, Why.REWRITTEN)),
        (
            lambda rows: [*rows[:3], *chain("nothing", "at all", after=rows[2].hash, first=4)],
            Broken(5, Why.REWRITTEN),
        ),
        (lambda rows: [*rows, *chain("more", after=rows[4].hash, first=6)], Broken(6, Why.OVERHANGING)),
    ],
)
def test_what_was_done_to_the_chain_is_found(edit: Edit, broken: Broken) -> None:
    assert verify(edit(list(ROWS)), HEAD) == broken


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (EMPTY, Sound(HEAD)),
        (HEAD, Sound(HEAD)),
        (Head(3, ROWS[2].hash), Sound(HEAD)),
        (Head(3, ROWS[1].hash), Broken(3, Why.REWRITTEN)),
        (Head(5, "f" * 64), Broken(5, Why.REWRITTEN)),
        (Head(9, ROWS[2].hash), Broken(None, Why.TRUNCATED)),
    ],
)
def test_a_head_known_from_before_must_be_found_within_the_chain(known: Head, found: object) -> None:
    assert verify(ROWS, HEAD, known) == found


def test_rows_cut_off_together_with_their_head_are_found_by_one_kept_elsewhere() -> None:
    cut, head = ROWS[:3], Head(3, ROWS[2].hash)
    assert verify(cut, head) == Sound(head)
    assert verify(cut, head, HEAD) == Broken(None, Why.TRUNCATED)


def test_a_head_that_was_taken_away_or_put_back_is_found() -> None:
    assert verify(ROWS, EMPTY) == Broken(1, Why.OVERHANGING)
    assert verify(ROWS, Head(3, ROWS[2].hash)) == Broken(4, Why.OVERHANGING)


def test_the_first_row_begins_at_the_genesis() -> None:
    rows = chain("deploy", after="1" * 64)
    assert verify(rows, Head(1, rows[0].hash)) == Broken(1, Why.UNLINKED)


def test_a_link_is_the_same_on_every_machine() -> None:
    """Chains are kept for years: this must never change."""
    assert link(GENESIS, {"act": "deploy", "who": "U1"}) == link(GENESIS, {"who": "U1", "act": "deploy"})
    assert link(GENESIS, {"act": "deploy", "who": "U1"}) == PINNED


PINNED = "9296d17d41f116a7627fc5b3e7e4c230035f0acc13a6dfbe2b47f176a6cf6570"


@pytest.mark.parametrize("head", [EMPTY, HEAD, Head(10**17, "a" * 64)])
def test_a_head_that_was_printed_is_read_again(head: Head) -> None:
    assert read_head(str(head)) == head
    assert read_head(f" {head}\n") == head


@pytest.mark.parametrize(
    "text", ["", "5", "5:", ":abc", f"5:{'g' * 64}", f"-1:{'a' * 64}", f"5:{'a' * 63}", "٣:" + "a" * 64]
)
def test_anything_else_is_no_head(text: str) -> None:
    assert read_head(text) is None


@given(st.lists(st.text(max_size=5), min_size=2, max_size=12), st.data())
def test_any_row_taken_out_or_moved_is_found(acts: list[str], data: st.DataObject) -> None:
    rows = chain(*acts)
    head = Head(len(rows), rows[-1].hash)
    gone = data.draw(st.integers(0, len(rows) - 1))
    rest = rows[:gone] + rows[gone + 1 :]
    assert isinstance(verify(rest, head), Broken)
    place = data.draw(st.integers(0, len(rest)).filter(lambda place: place != gone))
    assert isinstance(verify([*rest[:place], rows[gone], *rest[place:]], head), Broken)
