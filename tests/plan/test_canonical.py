import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import DeployState, Target
from bot.plan.canonical import canonical, digest

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@dataclass(frozen=True)
class Thing:
    name: str
    ref: str
    inner: "Thing | None" = None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        (("x", True, 1.5), '["x",true,1.5]'),
        (frozenset({"b", "a"}), '["a","b"]'),
        (Target("shop", "production"), '{"environment":"production","service":"shop"}'),
        (DeployState.RUNNING, '"running"'),
        (NOON, '"2026-11-20T12:00:00.000000+00:00"'),
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=45))), '"2026-11-20T12:00:00.000000+00:00"'),
        (timedelta(minutes=2), "120.0"),
        ("é\n😀", '"\\u00e9\\n\\ud83d\\ude00"'),
        ("\ud800", '"\\ud800"'),  # half a character, as a terminal may send: still one text
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert canonical(value) == text
    assert len(digest(canonical(value))) == 64


def test_named_fields_are_left_out_at_any_depth() -> None:
    thing = Thing("shop", "1.4.2", Thing("web", "main"))
    assert canonical(thing, {"ref"}) == '{"inner":{"inner":null,"name":"web"},"name":"shop"}'
    assert canonical({"ref": 1}, {"ref"}) == '{"ref":1}'  # of dataclasses only


@given(values)
def test_it_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(), st.integers(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(value: dict[str, int], source: object) -> None:
    names = list(value)
    source.shuffle(names)  # type: ignore[attr-defined]
    assert canonical({name: value[name] for name in names}) == canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, NOON.replace(tzinfo=None)])
def test_what_would_not_read_back_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical({"value": value})


@pytest.mark.parametrize("value", [object(), {1: "a"}, {None: 1}, b"bytes", Thing])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical([value])
