"""Whoever is held back by somebody's lock takes it over with a reason, which a form asks for."""

from typing import Any

import pytest

from bot.holds import Scope
from bot.refusals import Reason
from tests.building import said
from tests.handlers.front import Front
from tests.handlers.test_history import first_line
from tests.waiting import eventually


@pytest.fixture
def held(front: Front) -> Front:
    """Ana has locked the shop; ben was told so when he wanted to deploy it."""
    front.answer("ana", 'lock shop in production "load test"')
    front.answer("ben", "shop@1.4.2 to production")
    return front


def form(front: Front) -> dict[str, Any]:
    assert front.server.click("ben", front.private("ben")[-1], "lock.take_why").error is None
    return front.modal("ben")


def sent(front: Front, view: dict[str, Any], why: str) -> Any:
    return front.server.submit("ben", view["id"], {"reason": {"reason": why}})


def holder(front: Front) -> tuple[str, str]:
    lock = front.line.journal.locks.rows.of(Scope("production", "shop"))
    assert lock is not None
    return lock.holder, lock.reason


def test_the_form_says_whose_it_is_and_the_reason_given_is_kept(held: Front) -> None:
    view = form(held)
    assert "load test" in said(view["blocks"])
    assert sent(held, view, "customers  wait").ok
    eventually(lambda: "is locked by you" in first_line(held, "ben"))
    assert holder(held) == (held.server.users["ben"], "customers wait")
    taken = [text for key, text in held.line.messages().items() if key.endswith(":taken")]
    assert taken[0].endswith("has taken over your lock of shop in production: customers wait")
    assert "lock.taken_over" in [row.fields["what"] for row in held.line.journal.audit.newest(9)]


def test_without_a_reason_it_is_not_taken_over(held: Front) -> None:
    assert "Say why you take it over" in sent(held, form(held), "   ").errors["reason"]
    assert holder(held) == (held.server.users["ana"], "load test")


def test_a_lock_that_was_given_back_meanwhile_is_not_taken(held: Front) -> None:
    view = form(held)
    held.answer("ana", "unlock shop in production")
    assert sent(held, view, "customers wait").ok
    eventually(lambda: "is not locked" in first_line(held, "ben"))
    late = held.private("ben")[0]
    assert held.server.click("ben", late, "lock.take_why").error is None
    refused = [row.fields["why"] for row in held.line.journal.audit.newest(99) if row.fields["what"] == "refused"]
    eventually(lambda: len(held.private("ben")) == 3)
    assert any(str(why).startswith(Reason.NOT_LOCKED) for why in refused)
