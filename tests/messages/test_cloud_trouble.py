"""What is said of a cloud that cannot be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cloud_trouble import CloudTrouble, Kind
from bot.messages.cloud_trouble import cloud_mended, cloud_troubled
from tests.building import HOSTILE, problems, said

SINCE = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
BUSY = CloudTrouble("", Kind.BUSY, "41 of ec2:DescribeInstances", SINCE)
LOCKED = CloudTrouble("", Kind.LOCKED_OUT, "sts:AssumeRole: AWS does not let the bot assume it", SINCE)


def test_too_many_calls_are_said_with_their_names_and_what_to_do() -> None:
    message = cloud_troubled(BUSY, ["qa", "production"])
    assert problems(message) == []
    assert message.text.startswith(":warning: AWS says that it is asked too often for qa, production, since <!date^")
    words = said(message.blocks)
    assert "41 of ec2:DescribeInstances" in words
    assert "nothing is lost" in words
    assert "*Do*" in words


def test_being_locked_out_is_said_in_the_words_that_name_the_way_out() -> None:
    message = cloud_troubled(LOCKED, [])
    assert problems(message) == []
    assert message.text.startswith(":warning: AWS does not let the bot in for the bot's own account, since ")
    assert "sts:AssumeRole: AWS does not let the bot assume it" in said(message.blocks)


@pytest.mark.parametrize(
    ("trouble", "words"), [(BUSY, "AWS answers for qa as usual again"), (LOCKED, "AWS lets the bot in for qa again")]
)
def test_the_end_says_how_long_it_was(trouble: CloudTrouble, words: str) -> None:
    message = cloud_mended(trouble, ["qa"], timedelta(minutes=6, seconds=12))
    assert problems(message) == []
    assert words in message.text
    assert message.text.endswith("6 min 12 s.") or "after 6 min 12 s of being asked too often" in message.text


@pytest.mark.parametrize("kind", list(Kind))
def test_hostile_words_stay_words(kind: Kind) -> None:
    message = cloud_troubled(CloudTrouble("", kind, HOSTILE, SINCE), [HOSTILE])
    assert problems(message) == []
