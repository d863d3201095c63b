import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.redact import HIDDEN, LONGEST, redacted
from bot.secrecy import Secrets

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/deploy shop@1.4.2 to production",
        "/deploy shop@feature/token-refresh to production",
        "Batch 1 of 3: web1: answered 503 in 41 ms: database: no such table: reviews",
        "1.4.2 9f3c1f0a9f3c1f0a9f3c1f0a9f3c1f0a9f3c1f0a",
        "<@U0ANA> git@github.com:acme/shop.git",
        "https://github.com/acme/shop.git",
        "é 😀 “quoted”",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/deploy xoxb-12-34-abCD now", "/deploy … now"),
        ("xapp-1-A0-2-ff", "…"),
        ("xoxe.xoxp-1-Mi0y", "…"),
        ("use ghp_0123456789abcdefABCD please", "use … please"),
        ("github_pat_11ABCDEFG0_abcdefghij", "…"),
        ("key AKIAIOSFODNN7EXAMPLE.", "key …."),
        ("clone https://ana:hunter2@git.example.com/shop.git", "clone https://…@git.example.com/shop.git"),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer …"),
        ("password=hunter2 and more", "… and more"),
        ("API_KEY: 12345", "…"),
        (f"here {KEY} there", "here … there"),
        (KEY[:50], "…"),  # its end cut off
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    ("secrets", "kept"),
    [
        (["correct horse"], "say *** twice, ***"),
        (["correct horse\n"], "say *** twice, ***"),
        (["correct horse", "correct horse twice"], "say ***, ***"),
        (["horse"], "say correct horse twice, correct horse"),  # too short to be hidden wherever it stands
        ([""], "say correct horse twice, correct horse"),
    ],
)
def test_known_secrets_are_hidden_wherever_they_stand(secrets: list[str], kept: str) -> None:
    assert redacted("say correct horse twice, correct horse", Secrets(secrets)) == kept


def test_a_secret_that_reaches_beyond_the_end_does_not_leave_its_beginning() -> None:
    kept = redacted("x" * (LONGEST - 10) + " xoxb-1234567890-abcdefghijklmnop")
    assert "xoxb" not in kept


@pytest.mark.parametrize(("length", "kept"), [(LONGEST, "x" * LONGEST), (LONGEST + 1, "x" * (LONGEST - 1) + HIDDEN)])
def test_a_long_text_is_cut_and_says_so(length: int, kept: str) -> None:
    assert redacted("x" * length) == kept


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=700))
def test_whatever_was_typed_can_be_stored(text: str) -> None:
    kept = redacted(text)
    assert len(kept) <= LONGEST
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert not re.search(r"xox[a-z]-\w", kept)
