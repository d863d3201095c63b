"""Each rule of wording, able to fail."""

import pytest

from tests.shape import wording
from tests.shape.source import Source

MESSAGES = "bot/messages/status.py"


@pytest.mark.parametrize(
    "text",
    [
        'x = f"{len(hosts)} hosts are down"',
        'x = f"and {left:,} more checks"',
        'x = f"after {row.attempts} times"',
        'x = f"{a} of {len(hosts)} hosts"',
    ],
)
def test_a_number_that_may_be_one_is_said_with_its_noun(text: str) -> None:
    assert len(list(wording.bare_plurals([Source(MESSAGES, text)]))) == 1
    assert list(wording.bare_plurals([Source("bot/sandbox/hosts.py", text)])) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = f\"{count(len(hosts), 'host')} down\"",
        'x = f"at most {MOST:,} checks"',
        'x = f"at most {limits.POINTS} points"',
        'x = f"at most {EACH * PAGES:,} checks"',
        'x = f"{LONGEST.days} days"',
        'x = f"{name} hosted"',
        'x = f"the {name}\'s hosts"',
    ],
)
def test_a_number_that_is_known_to_be_many_may_stand_before_a_plural(text: str) -> None:
    assert list(wording.bare_plurals([Source(MESSAGES, text)])) == []


@pytest.mark.parametrize("made", ["'' if number == 1 else 's'", "'s' if number > 1 else ''"])
def test_no_plural_is_made_by_hand(made: str) -> None:
    found = list(wording.plurals_by_hand([Source(MESSAGES, f'x = f"{{number}} host{{{made}}}"')]))
    assert found == [f"{MESSAGES}:1 a plural made by hand: use count"]
    assert list(wording.plurals_by_hand([Source(MESSAGES, "x = 'is' if number == 1 else 'are'")])) == []


@pytest.mark.parametrize("text", ["down,  since", "it is down .", "in `main` , here", "nothing was begun.."])
def test_a_sentence_has_one_space_and_one_period(text: str) -> None:
    assert len(list(wording.careless_sentences([Source(MESSAGES, f"x = {text!r}")]))) == 1
    assert list(wording.careless_sentences([Source("bot/plan/deploy.py", f"x = {text!r}")])) == []


@pytest.mark.parametrize(
    "text", ["*What*  it answered", "1.4.1 … and 3 more", "in ../shop", "and so on ...", "/deploy … ."]
)
def test_a_label_and_an_ellipsis_are_no_carelessness(text: str) -> None:
    assert list(wording.careless_sentences([Source(MESSAGES, f"x = {text!r}")])) == []
