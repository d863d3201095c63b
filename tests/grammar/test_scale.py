from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import (
    LONGEST,
    SCALE_USAGE,
    Amount,
    AutoOf,
    Form,
    Help,
    HoldOf,
    Misread,
    ScaleCommand,
    ScalePlanOf,
    ScaleTo,
    parse_scale,
)
from tests.grammar.reading import misread

SIX, TWO_MORE, ONE_FEWER = Amount(6), Amount(2, "+"), Amount(1, "-")
TWO_HOURS = timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Form()),
        ("   ", Form()),
        ("help", Help()),
        ("HELP!", Help()),
        ("shop 6", ScaleTo("shop", SIX)),
        ("shop +2", ScaleTo("shop", TWO_MORE)),
        ("shop -1", ScaleTo("shop", ONE_FEWER)),
        ("shop −1", ScaleTo("shop", ONE_FEWER)),  # a typographer's minus
        ("shop —1", ScaleTo("shop", ONE_FEWER)),  # what a phone makes of two dashes
        ("shop in production 6", ScaleTo("shop", SIX, "production")),
        ("shop 6 in production", ScaleTo("shop", SIX, "production")),
        ("shop to 6 in production", ScaleTo("shop", SIX, "production")),
        ("shop to production 6", ScaleTo("shop", SIX, "production")),
        ("shop production +2", ScaleTo("shop", TWO_MORE, "production")),
        ("SHOP ON Production 6", ScaleTo("shop", SIX, "production")),
        ("6 shop", ScaleTo("shop", SIX)),
        ("shop 0", ScaleTo("shop", Amount(0))),
        ("shop 500", ScaleTo("shop", Amount(500))),
        ("shop auto", AutoOf("shop")),
        ("auto shop in staging", AutoOf("shop", "staging")),
        ("shop in production auto", AutoOf("shop", "production")),
        ("shop hold", HoldOf("shop")),
        ("shop hold 2h", HoldOf("shop", None, TWO_HOURS)),
        ("shop in production hold for 2H", HoldOf("shop", "production", TWO_HOURS)),
        ("hold shop 30m", HoldOf("shop", None, timedelta(minutes=30))),
        ("hold hold 2h", HoldOf("hold", None, TWO_HOURS)),  # a service may be called so
        ("shop plan", ScalePlanOf("shop")),
        ("plan shop in production +2", ScalePlanOf("shop", "production", TWO_MORE)),
        ("shop 6 plan", ScalePlanOf("shop", None, SIX)),
    ],
)
def test_every_form_of_scale_is_read(text: str, command: ScaleCommand) -> None:
    assert parse_scale(text) == command


NUMBERS = "write how many there shall be, such as `6`, or `+2` or `-1` for more or fewer"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shop 1e9", f"`1e9` is not a number of hosts: {NUMBERS}"),
        ("shop 1.5", f"`1.5` is not a number of hosts: {NUMBERS}"),
        ("shop 50%", f"`50%` is not a number of hosts: {NUMBERS}"),
        ("shop 1,000", f"`1,000` is not a number of hosts: {NUMBERS}"),
        ("shop +-2", f"`+-2` is not a number of hosts: {NUMBERS}"),
        ("shop +2 +3", "Two numbers of hosts stand there, `+2` and `+3`"),
        ("shop", f"How many hosts? W{NUMBERS[1:]}; `plan` says what the rules would do"),
        ("hold", "`hold` stands where a service should"),
        ("in production 6", "`in` stands where a service should"),
        ("shop 6 hold", "I understood the service `shop`, but not `hold` beside `6`"),
        ("shop hold 5", "I understood `hold` of the service `shop`, but not `5` beside `hold`"),
        ("shop in qa 6 in dev", "I understood the service `shop` in `qa`, but not a second environment, `dev`"),
        ("shop production staging 6", "I understood the service `shop` in `production`, but not `staging`"),
        ("shop for 2h", "I understood the service `shop`, but not `for 2h`"),
        ("shop in", "I understood the service `shop`, but not `in`"),
        ("shop hold 99999d", "`99999d` is not a time that a hold can last: write `30m`, `2h` or `1d`"),
        ('shop "6"', 'I understood the service `shop`, but not `"6"`'),
        ("sh;op 6", "`sh;op` cannot be the name of a service"),
        ("shop “6", 'The quote that begins with `"6` does not end'),
        ("x" * (LONGEST + 1), "That is 1,001 characters long, a command has at most 1,000"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_beside_what_was(text: str, what: str) -> None:
    found = misread(parse_scale(text))
    assert (found.what, found.usage) == (what, SCALE_USAGE)


@pytest.mark.parametrize(("text", "near"), [("shop hlod", ("hold",)), ("shop aut", ("auto",)), ("shop qwxz", ())])
def test_a_slip_of_the_keyboard_is_told_what_may_have_been_meant(text: str, near: tuple[str, ...]) -> None:
    found = parse_scale(text)
    assert (found.near if isinstance(found, Misread) else ()) == near


@pytest.mark.parametrize(
    ("amount", "here", "meant"), [(SIX, 4, 6), (TWO_MORE, 4, 6), (ONE_FEWER, 4, 3), (Amount(5, "-"), 4, -1)]
)
def test_an_amount_says_how_many_are_meant(amount: Amount, here: int, meant: int) -> None:
    assert amount.of(here) == meant


names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,39}", fullmatch=True).filter(
    lambda name: name not in ("in", "on", "to", "for", "plan", "auto", "hold", "help") and not name[0].isdigit()
)
amounts = st.builds(Amount, st.integers(0, 10**17), st.sampled_from(["", "+", "-"]))
leases = st.none() | st.integers(1, 9999).map(lambda minutes: timedelta(minutes=minutes))
forms = st.one_of(
    st.builds(ScaleTo, names, amounts, st.none() | names),
    st.builds(AutoOf, names, st.none() | names),
    st.builds(HoldOf, names, st.none() | names, leases),
    st.builds(ScalePlanOf, names, st.none() | names, st.none() | amounts),
)


@given(forms)
def test_what_is_printed_is_read_as_the_same(form: ScaleCommand) -> None:
    assert parse_scale(str(form)) == form


@given(st.text(max_size=60) | st.lists(st.sampled_from(["shop", "in", "to", "6", "+2", "hold", "2h", "--x", "“"]))
       .map(" ".join))  # fmt: skip
def test_whatever_is_typed_is_read_or_refused_without_an_error(text: str) -> None:
    parse_scale(text)
