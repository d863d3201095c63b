"""Problems as a person reads them on a terminal."""

from collections.abc import Sequence

import click

from bot.counting import count
from bot.errors import ConfigError, PointsmanError, Problem


def error_text(error: PointsmanError) -> str:
    """One line for an error; for settings and fleet file all problems, each with its way out."""
    if isinstance(error, ConfigError):
        return problems_text(error.problems)
    return click.style("Error: ", fg="red", bold=True) + (str(error) or type(error).__name__)


def problems_text(problems: Sequence[Problem]) -> str:
    """A heading with the count, then each problem as a small block."""
    heading = click.style(f"{count(len(problems), 'problem')} in settings and fleet file", fg="red", bold=True)
    return "\n\n".join([heading, *map(_block, problems)])


def _block(problem: Problem) -> str:
    path = click.style(problem.path, bold=True)
    rows = [f"  {path}: {problem.what}" if problem.path else f"  {problem.what}"]
    for label, words in (("got", problem.value), ("allowed", problem.allowed), ("hint", problem.hint)):
        if words:
            rows.append(f"    {click.style(f'{label:<8}', dim=True)} {words}")
    return "\n".join(rows)
