"""`python -m bot schema`"""

import json

import click

from bot.fleet import schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the fleet file, for editors."""
    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
