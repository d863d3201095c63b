import pytest

from bot.model import Call
from bot.plan.answers import BLOCKS, GONE, TODO, TOKEN, Follows, after_refusal, todo


@pytest.mark.parametrize(
    ("code", "call", "plainer", "follows"),
    [
        ("invalid_auth", Call.POST, True, Follows.WAIT),
        ("token_revoked", Call.SEARCH, True, Follows.WAIT),
        ("invalid_blocks", Call.POST, True, Follows.PLAINER),
        ("invalid_blocks", Call.UPDATE, True, Follows.PLAINER),
        ("invalid_blocks", Call.POST, False, Follows.SHELVE),
        ("msg_too_long", Call.UPDATE, True, Follows.PLAINER),
        ("message_not_found", Call.UPDATE, True, Follows.CLOSE),
        ("message_not_found", Call.POST, True, Follows.SHELVE),
        ("thread_not_found", Call.POST, True, Follows.CLOSE),
        ("thread_not_found", Call.SEARCH, True, Follows.POST),
        ("not_in_channel", Call.SEARCH, True, Follows.POST),
        ("not_in_channel", Call.POST, True, Follows.SHELVE),
        ("channel_not_found", Call.POST, True, Follows.SHELVE),
        ("is_archived", Call.UPDATE, True, Follows.SHELVE),
        ("an_error_of_next_year", Call.POST, True, Follows.SHELVE),
    ],
)
def test_what_follows_a_no(code: str, call: Call, plainer: bool, follows: Follows) -> None:
    assert after_refusal(code, call, plainer) is follows


@pytest.mark.parametrize("code", sorted(TODO) + sorted(TOKEN) + ["an_error_of_next_year"])
def test_every_no_says_what_to_do(code: str) -> None:
    assert len(todo(code).split()) > 3


def test_a_code_means_one_thing() -> None:
    assert not TOKEN & BLOCKS
    assert not TOKEN & GONE
    assert not BLOCKS & GONE
