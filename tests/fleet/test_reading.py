import json

import pytest

from bot.errors import ConfigError
from bot.fleet.reading import MOST_ENTRIES, read

WORDS_THAT_STAY = ["on", "off", "yes", "no", "y", "n", "On", "NO", "22:05", "007", "0x1f", "2026-11-20", "1_000", "1e3"]


def the_problem(text: str) -> str:
    """The one problem that stops this text from being read."""
    with pytest.raises(ConfigError) as refused:
        read(text, "fleet.yaml")
    (problem,) = refused.value.problems
    return str(problem)


@pytest.mark.parametrize("word", WORDS_THAT_STAY)
def test_words_that_older_yaml_turns_into_something_else_stay_words(word: str) -> None:
    assert read(f"a: {word}", "f").data == {"a": word}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("8001", 8001),
        ("-1", -1),
        ("1.5", 1.5),
    ],
)
def test_plain_values_have_their_types(text: str, value: object) -> None:
    assert read(f"a: {text}", "f").data == {"a": value}


def test_json_is_accepted_with_tabs_for_its_indentation() -> None:
    data = {"a": [1, {"b": "x\ty"}], "c": None}
    assert read(json.dumps(data, indent="\t"), "f").data == data


def test_flow_style_yaml_that_begins_with_a_brace_is_read_as_yaml() -> None:
    assert read("{a: on, b: [1, 2]}", "f").data == {"a": "on", "b": [1, 2]}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read("\ufeffa: 1", "f").data == {"a": 1}


def test_anchors_and_merge_keys_work() -> None:
    text = "base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  b: 3\n"
    assert read(text, "f").data["more"] == {"a": 1, "b": 3}


def test_every_entry_knows_its_line() -> None:
    reading = read("a:\n  b:\n    - x\n    - y\nc: {d: 1}\n", "f")
    assert reading.line(("a", "b", 1)) == 4
    assert reading.line(("c", "d")) == 5
    assert reading.line(("c", "not there", "at all")) == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "a: stands twice, on line 1 and line 2"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "a.b: stands twice, on line 2 and line 4"),
        ("1: a\n", 'a key must be text (line 1) · write "1" in quotes'),
        ("true: a\n", 'a key must be text (line 1) · write "true" in quotes'),
        ("a: &x [*x]\n", "contains itself through an alias (line 1)"),
    ],
)
def test_what_yaml_lets_pass_in_silence_is_noticed(text: str, said: str) -> None:
    reading = read(text, "f")
    assert len(reading.problems) == 1
    assert said in str(reading.problems[0])


def test_a_key_given_twice_in_json_is_noticed() -> None:
    assert "stands twice" in str(read('{"a": 1, "a": 2}', "f").problems[0])


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("a:\n\tb: 1\n", 2, "a tab stands here", "indent with spaces"),
        ("a: 1\ndeploy: [@oncall]\n", 2, "@ cannot begin a value", '"@oncall"'),
        ("a: %x\n", 1, "% cannot begin a value", "quotes"),
        ("a: `x`\n", 1, "` cannot begin a value", "quotes"),
        ("a: *x\n", 1, "an alias points to nothing", "quotes"),
        ("a: b: c\n", 1, "a colon where no key may stand", "indentation"),
        ("a: [1, 2\nb: 3\n", 2, "a comma or a closing bracket is missing", ""),
        ("a:\n    b: 1\n  c: 2\n", 3, "the indentation does not fit", "align"),
        ("a: !!python/object:os.system x\n", 1, "tags such as", "leave it out"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document", "---"),
        ("a: 'b\n", 2, "a quote is opened and never closed", ""),
    ],
)
def test_a_syntax_error_names_its_line_and_what_to_do(text: str, line: int, said: str, hint: str) -> None:
    words = the_problem(text)
    assert words.startswith(f"fleet.yaml, line {line}, column ")
    assert said in words
    assert hint in words


def test_characters_that_yaml_forbids_are_a_problem_not_a_crash() -> None:
    assert "fleet.yaml" in the_problem("a: \x00b")


def test_nesting_beyond_reason_is_a_problem_not_a_crash() -> None:
    assert "nested too deeply" in the_problem("[" * 5000)


def test_an_alias_bomb_is_stopped_before_it_grows() -> None:
    rows = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 8)]
    assert str(MOST_ENTRIES) in the_problem("\n".join(rows))


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_text_reads_as_nothing(text: str) -> None:
    assert read(text, "f").data is None
