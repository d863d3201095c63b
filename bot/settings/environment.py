"""The environment and the .env file as plain texts: empty is unset, NAME_FILE is read, near misses are noticed."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import DotEnvSettingsSource
from rapidfuzz import fuzz, process

from bot.errors import Problem
from bot.settings.shape import Settings, variable_names

LARGEST_FILE = 64 * 1024  # bytes; a private key has about 3,000
NEAR = 88  # rapidfuzz's ratio: one or two letters of a setting's name


@dataclass(frozen=True, slots=True)
class Gathered:
    """`values` by variable name (`SLACK_BOT_TOKEN`), and what was wrong on the way."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...]


def gather(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Gathered:
    """Reads `environ` (None: the process's own) over `env_file`, which need not exist."""
    problems: list[Problem] = []
    found = _with_file(os.environ if environ is None else environ, env_file, problems)
    names = variable_names()
    values = {name: text for name in names if (text := _one(name, found, problems))}
    problems += _misspelt(found, names)
    return Gathered(values, tuple(problems))


def around(words: Mapping[str, str]) -> dict[str, str]:
    """The process's own environment with these words set in it, for a program that it begins."""
    return {**os.environ, **words}


def _with_file(environ: Mapping[str, str], env_file: Path | None, problems: list[Problem]) -> dict[str, str]:
    """What is set, the environment's own word above the file's."""
    written: Mapping[str, str | None] = {}
    try:
        if env_file and env_file.exists():
            written = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(env_file), "cannot be read", hint=_reason(error)))
    both = {**written, **environ}
    return {name: text for name, text in both.items() if text and text.strip()}


def _one(name: str, found: Mapping[str, str], problems: list[Problem]) -> str | None:
    path = found.get(f"{name}_FILE")
    if not path:
        return found.get(name)
    if name in found:
        problems.append(Problem(name, f"{name} and {name}_FILE are both set", hint="unset one of them"))
        return found[name]
    try:
        return _content(Path(path).expanduser())
    except (OSError, ValueError, RuntimeError) as error:
        problems.append(Problem(f"{name}_FILE", "cannot be read", path, hint=_reason(error)))
        return None


def _content(path: Path) -> str:
    """A file's text without the line end that editors add. Raises ValueError when it is empty, large or not text."""
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise ValueError(f"it is larger than {LARGEST_FILE // 1024} KiB")
    if not raw.strip():
        raise ValueError("it is empty")
    return raw.decode("utf-8").rstrip("\r\n")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)


def _misspelt(found: Mapping[str, str], names: list[str]) -> Iterator[Problem]:
    """Variables that are not settings, so near to one which is not set that it must have been meant."""
    known = {*names, *(f"{name}_FILE" for name in names)}
    unset = [name for name in names if name not in found and f"{name}_FILE" not in found]
    wanted = [*unset, *(f"{name}_FILE" for name in unset)]
    for name in sorted(set(found) - known):
        near = process.extractOne(name.upper(), wanted, scorer=fuzz.ratio, score_cutoff=NEAR)
        if near:
            yield Problem(name, "is not a setting", hint=f"did you mean {near[0]}?")
