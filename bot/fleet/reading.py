"""Text to plain data, with the line of every entry. YAML as version 1.2 reads it, so `on` and `22:05` stay words."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import ConfigError, Problem

Place = tuple[str | int, ...]
MOST_ENTRIES = 500_000  # a thousand services of twenty hosts each stay below; an alias bomb does not
TAGS = {
    "tag:yaml.org,2002:bool": r"^(?:true|false)$",
    "tag:yaml.org,2002:int": r"^-?(?:0|[1-9][0-9]*)$",  # 007 stays text
    "tag:yaml.org,2002:float": r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$",
    "tag:yaml.org,2002:null": r"^(?:~|null|)$",
    "tag:yaml.org,2002:merge": r"^<<$",
}


class Loader(yaml.SafeLoader):
    """SafeLoader with the plain scalars of YAML 1.2's core schema."""


class QuickLoader(yaml.CSafeLoader):
    """The same through libyaml, some twenty times as fast; its complaints say less."""


for _loader in (Loader, QuickLoader):
    _loader.yaml_implicit_resolvers = {}
    for _tag, _pattern in TAGS.items():
        _loader.add_implicit_resolver(_tag, re.compile(_pattern), None)


@dataclass(slots=True)
class Reading:
    """`data` as plain values; `lines` the line (from 1) on which each entry stands; `problems` found on the way."""

    data: Any
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of an entry, or of the nearest one around it; 0 when nothing is known."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def read(text: str, source: str) -> Reading:
    """Raises ConfigError when the text is neither YAML nor JSON, naming line and column."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        text = _without_tabs(text)
    try:
        return _read_yaml(text)
    except RecursionError:
        raise ConfigError([Problem(source, "is nested too deeply to be a fleet file")]) from None
    except yaml.YAMLError as error:
        raise ConfigError([_syntax_problem(error, source)]) from None


def _without_tabs(text: str) -> str:
    """JSON may be indented by tabs, YAML may not; otherwise it is YAML."""
    try:
        json.loads(text)
    except ValueError:
        return text
    return re.sub(r"^\t+", lambda tabs: "  " * len(tabs[0]), text, flags=re.MULTILINE)


def _read_yaml(text: str) -> Reading:
    try:
        return _loaded(QuickLoader(text))
    except yaml.YAMLError:
        return _loaded(Loader(text))  # which says what is wrong, and has the last word


def _loaded(loader: Loader | QuickLoader) -> Reading:
    try:
        root = loader.get_single_node()
        if root is None:
            return Reading(None)
        reading = Reading(None)
        _walk(root, (), reading, ())
        reading.data = None if reading.problems else loader.construct_document(root)
        return reading
    finally:
        loader.dispose()


def _walk(node: Node, place: Place, reading: Reading, around: tuple[Node, ...]) -> None:
    """Notes the lines, and what YAML would let pass in silence: keys given twice, bombs, loops."""
    reading.lines.setdefault(place, node.start_mark.line + 1)
    if node in around:
        reading.problems.append(_problem(reading, place, "contains itself through an alias", "write it out"))
        return
    if len(reading.lines) > MOST_ENTRIES:
        raise yaml.YAMLError(f"more than {MOST_ENTRIES} entries; aliases that multiply are not followed")
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*place, index), reading, (*around, node))
    elif isinstance(node, MappingNode):
        _walk_mapping(node, place, reading, around)


def _walk_mapping(node: MappingNode, place: Place, reading: Reading, around: tuple[Node, ...]) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = key.value if isinstance(key, ScalarNode) else "?"
        if key.tag == "tag:yaml.org,2002:merge":
            _walk(value, (*place, "<<"), reading, (*around, node))
            continue
        here = (*place, name)
        if key.tag != "tag:yaml.org,2002:str":
            reading.problems.append(_problem(reading, here, "a key must be text", f'write "{name}" in quotes'))
        if name in seen:
            reading.problems.append(_problem(reading, here, f"stands twice, on line {seen[name]} and line {line}"))
        seen.setdefault(name, line)
        reading.lines[here] = line
        _walk(value, here, reading, (*around, node))


def _problem(reading: Reading, place: Place, what: str, hint: str = "") -> Problem:
    where = "" if what.startswith("stands twice") else f" (line {reading.line(place)})"
    return Problem(".".join(map(str, place)), what + where, hint=hint)


# PyYAML's words, and what a person should do about them.
ADVICE = (
    (r"found character '\\t'", "a tab stands here, and YAML takes only spaces", "indent with spaces"),
    (r"found character '@'", "@ cannot begin a value", 'write it in quotes: "@oncall"'),
    (r"found character '%'", "% cannot begin a value", "write it in quotes"),
    (r"found character '`'", "` cannot begin a value", "write it in quotes"),
    (r"undefined alias", "an alias points to nothing", "write the * value in quotes, or define the anchor before it"),
    (r"mapping values are not allowed", "a colon where no key may stand", "check the indentation, or quote the value"),
    (r"could not find expected ':'", "a line that is neither a key nor an entry", "check for a missing colon"),
    (
        r"did not find expected|expected <block end>",
        "the indentation does not fit the lines above",
        "align it with them",
    ),
    (r"expected ',' or", "a comma or a closing bracket is missing", ""),
    (r"while scanning a quoted scalar", "a quote is opened and never closed", ""),
    (r"constructor for the tag", "tags such as !something are not used here", "leave it out"),
    (r"expected a single document", "more than one document", "leave out the --- between them"),
)


def _syntax_problem(error: yaml.YAMLError, source: str) -> Problem:
    words = " ".join(str(error).split())
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"{source}, line {mark.line + 1}, column {mark.column + 1}" if mark else source
    for pattern, what, hint in ADVICE:
        if re.search(pattern, words):
            return Problem(place, what, hint=hint)
    return Problem(place, getattr(error, "problem", None) or words)
