"""Builders that are remembered build once, and give each caller a block of its own."""

import pytest

from bot.messages.blocks import button, context
from bot.messages.limits import Block
from bot.messages.remembered import remembered


def test_the_same_arguments_build_once_and_others_anew() -> None:
    built: list[tuple[str, str]] = []

    @remembered
    def block(text: str, style: str = "") -> Block:
        built.append((text, style))
        return {"text": text, "style": style}

    assert block("a") == block("a") == {"text": "a", "style": ""}
    assert block("a", style="danger") == {"text": "a", "style": "danger"}
    assert built == [("a", ""), ("a", "danger")]


def test_a_caller_that_changes_its_block_changes_nobody_elses() -> None:
    first = context("what it was")
    first["elements"][0]["text"] = "changed"
    assert context("what it was")["elements"][0]["text"] == "what it was"


def test_what_is_refused_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="action_id"):
            button("Go", "a" * 256)
