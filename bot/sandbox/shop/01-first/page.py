"""The page, drawn from page.html."""

from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent


def release():
    return (ROOT / "VERSION").read_text().strip()


def render(body):
    template = Template((ROOT / "page.html").read_text())
    return template.substitute(release=release(), body=body)
